import { useState } from 'preact/hooks';
import { showError } from '../app/toasts.tsx';
import type { ImageModel } from '../inference/model.ts';
import { BeforeAfter } from '../parts/before-after.tsx';
import type { ChosenModel } from '../parts/chosen-model.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { Icon } from '../parts/icon.tsx';
import { Picture } from '../parts/picture.tsx';
import { encodePng, saveFile } from '../parts/pixels.ts';
import { pictureTypes } from '../parts/read-picture.ts';
import { Failure } from '../parts/states.tsx';
import { type Item, useTranslations } from './use-translations.ts';

interface Props {
  readonly model: ImageModel | null;
  readonly chosen: ChosenModel;
}

/** Pictures of any size, before and after. */
export function Pictures({ model, chosen }: Props) {
  const { size, conditionHalf: half, smooth } = chosen;
  const [scaled, setScaled] = useState(true);
  const [halved, setHalved] = useState(false);
  const { items, add, clear } = useTranslations(model, {
    trained: scaled ? size : null,
    half: halved ? half : null,
    smooth,
  });
  const done = items.filter(({ after }) => after !== null);
  return (
    <div class="stack">
      <DropZone accept={pictureTypes} label="Drop images here, of any size" onFiles={add} folders>
        <label class="check small">
          <input
            type="checkbox"
            checked={scaled}
            onChange={event => setScaled(event.currentTarget.checked)}
          />
          Scale to the training size first (shorter side {Math.min(...size)} pixels)
        </label>
      </DropZone>
      {half && (halved || items.some(({ paired }) => paired)) && (
        <label class="check message warning">
          <input
            type="checkbox"
            checked={halved}
            onChange={event => setHalved(event.currentTarget.checked)}
          />
          Images twice as wide as high are pairs: translate only their {half} half, the condition
        </label>
      )}
      {items.length > 0 && (
        <div class="row spread">
          <span class="muted" role="status">
            {done.length} of {items.length} translated
          </span>
          <div class="row">
            <button type="button" class="button quiet" onClick={clear}>
              Clear
            </button>
            <button
              type="button"
              class="button primary"
              disabled={done.length === 0}
              onClick={() => downloadAll(done).catch(showError)}
            >
              <Icon name="download" />
              Download all
            </button>
          </div>
        </div>
      )}
      <ul class="results">
        {items.map(item => (
          <li key={item.id}>
            <Result item={item} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Result({ item }: { readonly item: Item }) {
  const { name, before, after, milliseconds, error } = item;
  return (
    <figure class="result-card">
      {before && after && <BeforeAfter before={before} after={after} name={name} />}
      {before && !after && <Picture image={before} label={name} class="waiting" />}
      {!before && !error && <div class="loading">…</div>}
      {error && <Failure text={error} />}
      <figcaption class="row spread">
        <span class="small">
          {name}
          <br />
          <span class="muted">
            {before && `${before.width}×${before.height}`}
            {milliseconds !== null && Number.isFinite(milliseconds) && ` · ${Math.round(milliseconds)} ms`}
          </span>
        </span>
        {after && (
          <button
            type="button"
            class="button quiet icon"
            aria-label={`Save ${name}, translated`}
            onClick={async () => saveFile(await encodePng(after), `${stem(name).split('/').at(-1)}.png`)}
          >
            <Icon name="download" />
          </button>
        )}
      </figcaption>
    </figure>
  );
}

async function downloadAll(done: readonly Item[]): Promise<void> {
  const { zip } = await import('fflate');
  const files: Record<string, Uint8Array> = {};
  for (const { name, after } of done) {
    const bytes = new Uint8Array(await (await encodePng(after!)).arrayBuffer());
    files[freeName(files, stem(name))] = bytes;
  }
  const archive = await new Promise<Uint8Array>((resolve, reject) => {
    // PNG is compressed already.
    zip(files, { level: 0 }, (error, data) => (error ? reject(error) : resolve(data)));
  });
  saveFile(new Blob([archive as Uint8Array<ArrayBuffer>], { type: 'application/zip' }), 'translated.zip');
}

/** `a/b.jpg` → `a/b`. */
function stem(path: string): string {
  return path.replace(/\.\w+$/, '');
}

function freeName(taken: object, name: string): string {
  let free = `${name}.png`;
  for (let i = 2; Object.hasOwn(taken, free); i++) free = `${name}-${i}.png`;
  return free;
}

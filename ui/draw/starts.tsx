import { useRef } from 'preact/hooks';
import { request } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import type { Start } from '../parts/chosen-model.ts';
import { Icon } from '../parts/icon.tsx';
import { Picture } from '../parts/picture.tsx';
import { readImage } from '../parts/pixels.ts';
import { pictureTypes } from '../parts/read-picture.ts';
import { type DrawingKind, shownDrawing } from './drawing-kind.ts';

interface Props {
  readonly starts: readonly Start[];
  readonly kind: DrawingKind;
  readonly onStart: (start: Start) => void;
  readonly onFile: (file: File) => void;
}

/** Pictures to begin a drawing with. */
export function Starts({ starts, kind, onStart, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="starts">
      <div class="row spread">
        <span class="small muted">
          {starts.length > 0 ? 'Begin with one of these' : 'Begin with an image'}
        </span>
        <button type="button" class="button quiet small" onClick={() => input.current!.click()}>
          <Icon name="upload" />
          Upload
        </button>
      </div>
      <input
        ref={input}
        type="file"
        accept={pictureTypes}
        hidden
        onChange={event => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
          event.currentTarget.value = '';
        }}
      />
      {starts.length > 0 && (
        <ul class="start-list" aria-label="Images to begin with">
          {starts.map(start => (
            <li key={start.url}>
              <button type="button" aria-label={`Begin with ${start.name}`} onClick={() => onStart(start)}>
                {kind.numbered ? <NumberedStart start={start} kind={kind} /> : <img src={start.url} alt="" />}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A label map of class numbers, which is nearly black as it is. */
function NumberedStart({ start, kind }: { readonly start: Start; readonly kind: DrawingKind }) {
  const picture = useLoaded(async () => readImage(await (await request(start.url)).blob()), [start.url]);
  return picture.value && <Picture image={shownDrawing(kind, picture.value)} label="" />;
}

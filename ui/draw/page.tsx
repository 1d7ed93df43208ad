import { useMemo, useRef, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import type { Size } from '../../src/core/sizes.ts';
import type { Palette } from '../../src/server/api.ts';
import { link, type Route } from '../app/router.ts';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import type { Preference } from '../inference/open-model.ts';
import { useModel } from '../inference/use-model.ts';
import type { ChosenModel } from '../parts/chosen-model.ts';
import { Icon } from '../parts/icon.tsx';
import { type ModelChoice, ModelPicker } from '../parts/model-picker.tsx';
import { Failure, Loading, ModelFailure, NoModels, Notice } from '../parts/states.tsx';
import { useChosenModel } from '../parts/use-models.ts';
import { type DrawingKind, drawingKind } from './drawing-kind.ts';
import { DrawingView } from './drawing-view.tsx';

const preferences: Readonly<Record<Preference, string>> = {
  auto: 'this browser',
  wasm: 'this browser, without GPU',
  server: 'the studio’s server',
};

export function DrawPage({ route }: { readonly route: Route }) {
  const { known, choice, model, error, choose } = useChosenModel(route);
  const [preference, setPreference] = useState<Preference>('auto');
  const last = useRef<Drawn | null>(null);
  if (known && choice === null) return <NoModels />;
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Draw</h1>
          <p class="muted">The result follows your hand.</p>
        </div>
        {known && choice && (
          <div class="row draw-head">
            <a class="button watch" href={link('lab', null, { watch: 'emoji' })}>
              <Icon name="play" />
              Watch it learn
            </a>
            <ModelPicker
              {...known}
              choice={choice}
              checkpoints={model?.checkpoints ?? []}
              onChoose={choose}
            />
            <label class="field">
              <span>Runs in</span>
              <select
                value={preference}
                onChange={event => setPreference(event.currentTarget.value as Preference)}
              >
                {Object.entries(preferences).map(([value, title]) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
          </div>
        )}
      </div>
      {error && <Failure text={error} />}
      {model && choice ? (
        <Studio key={model.id} chosen={model} choice={choice} preference={preference} last={last} />
      ) : (
        !error && <Loading />
      )}
    </>
  );
}

/** The last drawing, which the next model continues if its drawings have the same size and colours. */
interface Drawn {
  readonly size: Size;
  readonly kind: DrawingKind;
  readonly drawing: Image;
}

interface StudioProps {
  readonly chosen: ChosenModel;
  readonly choice: ModelChoice;
  readonly preference: Preference;
  readonly last: { current: Drawn | null };
}

const unknownPalette: Palette = { kind: 'photo', gray: false, colors: [] };

function Studio({ chosen, choice, preference, last }: StudioProps) {
  const { size } = chosen;
  const palette = useLoaded(() => chosen.palette(), [chosen.id]);
  const starts = useLoaded(() => chosen.starts().catch(() => []), [chosen.id]);
  const { model, error, reopen } = useModel(chosen.sourceAt(choice.step), preference);
  const known = palette.value ?? (palette.error === null ? null : unknownPalette);
  const kind = useMemo(() => known && drawingKind(known), [known]);
  if (!kind || !starts.value) return <Loading />;
  return (
    <>
      {error && <ModelFailure text={error} onReopen={reopen} />}
      {palette.error && <Notice text={palette.error} />}
      <DrawingView
        model={model}
        size={size}
        kind={kind}
        name={chosen.name}
        starts={starts.value}
        convert={api.picture}
        begun={last.current && suits(last.current, size, kind) ? last.current.drawing : null}
        onDrawn={drawing => {
          last.current = { size, kind, drawing };
        }}
      />
    </>
  );
}

function suits(drawn: Drawn, size: Size, kind: DrawingKind): boolean {
  return JSON.stringify([drawn.size, drawn.kind]) === JSON.stringify([size, kind]);
}

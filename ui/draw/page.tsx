import { useMemo, useState } from 'preact/hooks';
import type { Palette, RunDetail } from '../../src/server/api.ts';
import type { Route } from '../app/router.ts';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import type { Preference } from '../inference/open-model.ts';
import { useModel } from '../inference/use-model.ts';
import { pathOf } from '../parts/format.ts';
import { type ModelChoice, ModelPicker } from '../parts/model-picker.tsx';
import { Failure, Loading, NoModels, Notice } from '../parts/states.tsx';
import { sourceOf, useChosenModel } from '../parts/use-runs.ts';
import { drawingKind } from './drawing-kind.ts';
import { DrawingView, type Start } from './drawing-view.tsx';

const preferences: Readonly<Record<Preference, string>> = {
  auto: 'this browser',
  wasm: 'this browser, without GPU',
  server: 'the studio’s server',
};

export function DrawPage({ route }: { readonly route: Route }) {
  const { runs, choice, detail, error, choose } = useChosenModel(route);
  const [preference, setPreference] = useState<Preference>('auto');
  if (runs?.length === 0 && choice === null) return <NoModels />;
  return (
    <>
      <div class="page-head">
        <h1>Draw</h1>
        {runs && choice && (
          <div class="row">
            <ModelPicker runs={runs} choice={choice} detail={detail} onChoose={choose} />
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
      {detail && choice ? (
        <RunStudio key={detail.id} detail={detail} choice={choice} preference={preference} />
      ) : (
        !error && <Loading />
      )}
    </>
  );
}

interface RunStudioProps {
  readonly detail: RunDetail;
  readonly choice: ModelChoice;
  readonly preference: Preference;
}

const unknownPalette: Palette = { kind: 'photo', gray: false, colors: [] };

function RunStudio({ detail, choice, preference }: RunStudioProps) {
  const palette = useLoaded(() => api.palette(detail.id), [detail.id]);
  const starts = useLoaded(() => startsOf(detail).catch(() => []), [detail.id]);
  const { model, error } = useModel(sourceOf(detail, choice.step), preference);
  const known = palette.value ?? (palette.error === null ? null : unknownPalette);
  const kind = useMemo(() => known && drawingKind(known), [known]);
  if (error) return <Failure text={`Cannot open the model: ${error}`} />;
  if (!kind || !starts.value) return <Loading />;
  const name = pathOf(detail.id).replaceAll('/', '-');
  return (
    <>
      {palette.error && <Notice text={palette.error} />}
      <DrawingView
        model={model}
        size={detail.size}
        kind={kind}
        name={name}
        starts={starts.value}
        convert={api.picture}
      />
    </>
  );
}

const mostStarts = 24;

/** The conditions of the run's test pairs or, if it has none, of its training pairs. */
async function startsOf({ id }: RunDetail): Promise<Start[]> {
  const test = await api.pairs(id, 'test');
  const { split, names } = test.names.length > 0 ? test : await api.pairs(id, 'train');
  return names.slice(0, mostStarts).map((name, index) => ({
    name,
    url: api.conditionUrl(id, split, index),
  }));
}

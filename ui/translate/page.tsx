import { useMemo, useRef, useState } from 'preact/hooks';
import type { Route } from '../app/router.ts';
import { useModel } from '../inference/use-model.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { ModelPicker } from '../parts/model-picker.tsx';
import { Failure, Loading, ModelFailure, NoModels } from '../parts/states.tsx';
import { useChosenModel } from '../parts/use-models.ts';
import { Live } from './live.tsx';
import { Pictures } from './pictures.tsx';

type Mode = 'pictures' | 'camera' | 'video';

const modes: readonly { readonly mode: Mode; readonly title: string; readonly icon: IconName }[] = [
  { mode: 'pictures', title: 'Images', icon: 'picture' },
  { mode: 'camera', title: 'Camera', icon: 'camera' },
  { mode: 'video', title: 'Video', icon: 'film' },
];

export function TranslatePage({ route }: { readonly route: Route }) {
  const { known, choice, model: chosen, error, choose } = useChosenModel(route);
  const [mode, setMode] = useState<Mode>('pictures');
  // The newest checkpoint stays the one that it was, as all translations would begin again with a later one.
  const source = useMemo(() => chosen && choice && chosen.sourceAt(choice.step), [chosen?.id, choice?.step]);
  const { model, error: modelError, reopen } = useModel(source);
  if (known && choice === null) return <NoModels />;
  const failure = error ?? modelError;
  // While another model loads, the images stay.
  const last = useRef(chosen);
  last.current = chosen ?? last.current;
  const shown = last.current;
  return (
    <>
      <div class="page-head">
        <h1>Translate</h1>
        {known && choice && (
          <ModelPicker {...known} choice={choice} checkpoints={chosen?.checkpoints ?? []} onChoose={choose} />
        )}
      </div>
      {error && <Failure text={error} />}
      {modelError && <ModelFailure text={modelError} onReopen={reopen} />}
      <div class="row spread translate-modes">
        <fieldset class="segments" aria-label="What to translate">
          {modes.map(({ mode: each, title, icon }) => (
            <button
              key={each}
              type="button"
              class="button"
              aria-pressed={mode === each}
              onClick={() => setMode(each)}
            >
              <Icon name={icon} />
              {title}
            </button>
          ))}
        </fieldset>
        <span class="small muted">
          {model ? `Runs on ${model.backend}` : !failure && 'Loading the model…'}
        </span>
      </div>
      {shown ? (
        mode === 'pictures' ? (
          <Pictures model={model} chosen={shown} />
        ) : (
          <Live key={mode} source={mode} model={model} size={shown.size} />
        )
      ) : (
        !failure && <Loading />
      )}
    </>
  );
}

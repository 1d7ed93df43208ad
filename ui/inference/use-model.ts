import { useEffect, useState } from 'preact/hooks';
import { codeOf, type ModelSource, type OpenedModel } from './model.ts';
import { openModel, type Preference } from './open-model.ts';

interface State {
  readonly model: OpenedModel | null;
  /** Why there is no model, or why the model translates no more. */
  readonly error: string | null;
}

/** The opened model of `source`; null while it loads, and without a source. After an error, `reopen` tries again. */
export function useModel(source: ModelSource | null, preference: Preference = 'auto') {
  const [state, setState] = useState<State>({ model: null, error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setState({ model: null, error: null });
    if (source === null) return;
    let open: OpenedModel | null = null;
    let wanted = true;
    openModel(source, preference).then(
      model => {
        if (!wanted) return model.close();
        const watched = watchGpu(model, ({ message }) => {
          if (wanted) setState({ model: watched, error: message });
        });
        open = watched;
        setState({ model: watched, error: null });
      },
      ({ message }: Error) => {
        if (wanted) setState({ model: null, error: `Cannot open the model: ${message}` });
      },
    );
    return () => {
      wanted = false;
      open?.close();
    };
  }, [source?.url, preference, attempt]);
  return { ...state, reopen: () => setAttempt(count => count + 1) };
}

/** The same model; `lost` is called when its GPU has stopped. */
function watchGpu(model: OpenedModel, lost: (error: Error) => void): OpenedModel {
  return {
    ...model,
    translate: image =>
      model.translate(image).catch(error => {
        if (codeOf(error) === 'device-lost') lost(error);
        throw error;
      }),
  };
}

import { useEffect, useState } from 'preact/hooks';
import type { ImageModel, ModelSource } from './model.ts';
import { openModel, type Preference } from './open-model.ts';

/** The opened model of `source`; null while it loads, and without a source. */
export function useModel(source: ModelSource | null, preference: Preference = 'auto') {
  const [state, setState] = useState<{ model: ImageModel | null; error: string | null }>({
    model: null,
    error: null,
  });
  useEffect(() => {
    setState({ model: null, error: null });
    if (source === null) return;
    let open: ImageModel | null = null;
    let wanted = true;
    openModel(source, preference).then(
      model => {
        if (!wanted) return model.close();
        open = model;
        setState({ model, error: null });
      },
      (error: Error) => wanted && setState({ model: null, error: error.message }),
    );
    return () => {
      wanted = false;
      open?.close();
    };
  }, [source?.url, preference]);
  return state;
}

import { useEffect, useState } from 'preact/hooks';

export interface Loaded<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly reload: () => void;
}

/**
 * Loads a value, and again whenever `dependencies` change; the last value stays until the next is there. With `every`, loads
 * it again after that many milliseconds while the page is visible.
 */
export function useLoaded<T>(
  load: () => Promise<T>,
  dependencies: readonly unknown[],
  every: number | null = null,
): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: string | null }>({ value: null, error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      if (every === null || document.visibilityState === 'visible') {
        const outcome = await load().then(
          value => ({ value, error: null }),
          (error: Error) => ({ error: error.message }),
        );
        if (!current) return;
        setState(before => ({ ...before, ...outcome }));
      }
      if (every !== null) timer = setTimeout(run, every);
    };
    void run();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [...dependencies, attempt]);
  return { ...state, reload: () => setAttempt(count => count + 1) };
}

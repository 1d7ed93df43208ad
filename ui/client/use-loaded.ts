import { useEffect, useState } from 'preact/hooks';

export interface Loaded<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly reload: () => void;
}

/**
 * Loads a value, and again whenever `dependencies` change; the last value stays until the next is there. With `every`, loads
 * it again after that many milliseconds while the page is visible, and when it becomes visible.
 * @param load gets a signal that is aborted when its result is no longer wanted
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  dependencies: readonly unknown[],
  every: number | null = null,
): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: string | null }>({ value: null, error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const unwanted = new AbortController();
    const { signal } = unwanted;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      const outcome = await load(signal).then(
        value => ({ value, error: null }),
        (error: Error) => ({ error: error.message }),
      );
      if (signal.aborted) return;
      setState(before => ({ ...before, ...outcome }));
      clearTimeout(timer);
      if (every !== null) timer = setTimeout(runIfVisible, every);
    };
    const runIfVisible = () => {
      if (document.visibilityState === 'visible') void run();
    };
    if (every !== null) document.addEventListener('visibilitychange', runIfVisible, { signal });
    void run();
    return () => {
      unwanted.abort();
      clearTimeout(timer);
    };
  }, [...dependencies, attempt]);
  return { ...state, reload: () => setAttempt(count => count + 1) };
}

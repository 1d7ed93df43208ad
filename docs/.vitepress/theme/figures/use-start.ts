import { onBeforeUnmount, type ShallowRef, shallowRef } from 'vue';

/** What a figure computes with, which is loaded when it is first used. */
export interface Start<T> {
  readonly state: ShallowRef<'new' | 'loading' | 'ready' | 'failed'>;
  /** Why it failed. */
  readonly message: ShallowRef<string>;
  readonly loaded: ShallowRef<T | null>;
  start(): Promise<void>;
  /** Runs `work` and shows why it failed, if it does. */
  attempt(work: () => Promise<void>): Promise<void>;
}

/** @param close frees what was loaded; called when the page is left, and before another start */
export function useStart<T>(load: () => Promise<T>, close: (loaded: T) => void): Start<T> {
  const state = shallowRef<'new' | 'loading' | 'ready' | 'failed'>('new');
  const message = shallowRef('');
  const loaded = shallowRef<T | null>(null);
  /** Rises with each start, and when the page is left: what was begun before no longer counts. */
  let round = 0;
  const release = () => {
    round++;
    if (loaded.value !== null) close(loaded.value);
    loaded.value = null;
  };
  onBeforeUnmount(release);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    const own = round;
    try {
      await work();
    } catch (error) {
      if (own !== round) return;
      message.value = (error as Error).message;
      state.value = 'failed';
    }
  };
  const start = async () => {
    release();
    const own = round;
    await attempt(async () => {
      state.value = 'loading';
      const made = await load();
      if (own !== round) return close(made);
      loaded.value = made;
      state.value = 'ready';
    });
  };
  return { state, message, loaded, start, attempt };
}

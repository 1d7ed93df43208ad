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

/** @param close frees what was loaded; called when the page is left */
export function useStart<T>(load: () => Promise<T>, close: (loaded: T) => void): Start<T> {
  const state = shallowRef<'new' | 'loading' | 'ready' | 'failed'>('new');
  const message = shallowRef('');
  const loaded = shallowRef<T | null>(null);
  let isLeft = false;
  onBeforeUnmount(() => {
    isLeft = true;
    if (loaded.value) close(loaded.value);
  });
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (isLeft) return;
      message.value = (error as Error).message;
      state.value = 'failed';
    }
  };
  const start = () =>
    attempt(async () => {
      state.value = 'loading';
      const made = await load();
      if (isLeft) return close(made);
      loaded.value = made;
      state.value = 'ready';
    });
  return { state, message, loaded, start, attempt };
}

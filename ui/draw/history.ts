import type { Image } from '../../src/core/image.ts';

/** Past and undone states of a drawing. Immutable: every change makes a new one. */
export interface History {
  readonly past: readonly Image[];
  readonly undone: readonly Image[];
}

export const emptyHistory: History = { past: [], undone: [] };

const mostBytes = 64e6;

/** After a change of `before`; undone states can't be redone any more. */
export function remember({ past }: History, before: Image): History {
  const steps = Math.max(10, Math.floor(mostBytes / before.data.length));
  return { past: [...past, before].slice(-steps), undone: [] };
}

/** The state before `current`, if there is one. */
export function undo({ past, undone }: History, current: Image): [History, Image] | null {
  const before = past.at(-1);
  return before ? [{ past: past.slice(0, -1), undone: [...undone, current] }, before] : null;
}

/** The state that was undone last, if nothing was drawn since. */
export function redo({ past, undone }: History, current: Image): [History, Image] | null {
  const after = undone.at(-1);
  return after ? [{ past: [...past, current], undone: undone.slice(0, -1) }, after] : null;
}

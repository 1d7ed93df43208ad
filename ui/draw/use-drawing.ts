import { useEffect, useRef, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import { emptyHistory, type History, redo, remember, undo } from './history.ts';

interface State {
  readonly drawing: Image;
  readonly history: History;
}

/** A drawing with its history. */
export function useDrawing(start: () => Image) {
  const [{ drawing, history }, setState] = useState(
    (): State => ({ drawing: start(), history: emptyHistory }),
  );
  const changes = useRef(0);
  const marking = useRef<Image | null>(null);
  const change = (next: (now: State) => State) => {
    changes.current++;
    setState(next);
  };
  const endMark = (): Image | null => {
    const before = marking.current;
    marking.current = null;
    return before;
  };
  const cancel = () => {
    const before = endMark();
    if (before) change(now => ({ ...now, drawing: before }));
  };
  const step = (go: typeof undo) => {
    if (marking.current) return cancel();
    change(now => {
      const done = go(now.history, now.drawing);
      return done ? { history: done[0], drawing: done[1] } : now;
    });
  };
  const replace = (image: Image) => {
    const before = endMark();
    change(now => ({ drawing: image, history: remember(now.history, before ?? now.drawing) }));
  };
  return {
    drawing,
    /** The drawing without the mark that is being made; null between marks. */
    marking,
    /** Shows a mark that is still being made. */
    draft: (image: Image) => change(({ history }) => ({ drawing: image, history })),
    /** Keeps the mark, if it has changed anything. */
    mark: () => {
      const before = endMark();
      if (!before) return;
      change(now => (isSame(before, now.drawing) ? now : { ...now, history: remember(now.history, before) }));
    },
    /** Takes the mark away. */
    cancel,
    /** Replaces the picture. */
    replace,
    /** Replaces the picture by one that is still loading, unless something is drawn or chosen meanwhile. */
    replaceLater: async (loading: Promise<Image>) => {
      const asked = ++changes.current;
      const image = await loading;
      if (asked === changes.current) replace(image);
    },
    /** Takes the mark away that is being made, or else the last one. */
    undo: () => step(undo),
    redo: () => step(redo),
    canUndo: history.past.length > 0,
    canRedo: history.undone.length > 0,
  };
}

function isSame({ data }: Image, { data: other }: Image): boolean {
  return data.length === other.length && data.every((value, i) => value === other[i]);
}

/** The same function in every render, which calls the newest. */
export function useNewest<Arguments extends unknown[]>(run: (...args: Arguments) => void) {
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  return useRef((...args: Arguments) => newest.current(...args)).current;
}

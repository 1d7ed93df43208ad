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
  const change = (next: (now: State) => State) => {
    changes.current++;
    setState(next);
  };
  const step = (go: typeof undo) =>
    change(now => {
      const done = go(now.history, now.drawing);
      return done ? { history: done[0], drawing: done[1] } : now;
    });
  const replace = (image: Image) =>
    change(now => ({ drawing: image, history: remember(now.history, now.drawing) }));
  return {
    drawing,
    /** Shows a mark that is still being made. */
    draft: (image: Image) => change(({ history }) => ({ drawing: image, history })),
    /** Keeps what is drawn, so that it can be undone to `before`. */
    mark: (before: Image) => change(now => ({ ...now, history: remember(now.history, before) })),
    /** Replaces the picture. */
    replace,
    /** Replaces the picture by one that is still loading, unless something is drawn or chosen meanwhile. */
    replaceLater: async (loading: Promise<Image>) => {
      const asked = ++changes.current;
      const image = await loading;
      if (asked === changes.current) replace(image);
    },
    undo: () => step(undo),
    redo: () => step(redo),
    canUndo: history.past.length > 0,
    canRedo: history.undone.length > 0,
  };
}

/** The same function in every render, which calls the newest. */
export function useNewest<Arguments extends unknown[]>(run: (...args: Arguments) => void) {
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  return useRef((...args: Arguments) => newest.current(...args)).current;
}

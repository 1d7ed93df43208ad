import { useEffect, useRef, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import { emptyHistory, redo, remember, undo } from './history.ts';

/** A drawing with its history. */
export function useDrawing(start: () => Image) {
  const [drawing, setDrawing] = useState(start);
  const [history, setHistory] = useState(emptyHistory);
  const step = (go: typeof undo) => {
    const done = go(history, drawing);
    if (!done) return;
    setHistory(done[0]);
    setDrawing(done[1]);
  };
  return {
    drawing,
    /** Shows a mark that is still being made. */
    draft: setDrawing,
    /** Keeps what is drawn, so that it can be undone to `before`. */
    mark: (before: Image) => setHistory(past => remember(past, before)),
    /** Replaces the picture. */
    replace: (image: Image) => {
      setHistory(past => remember(past, drawing));
      setDrawing(image);
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

import { expect, test } from 'vitest';
import { emptyHistory, redo, remember, undo } from './history.ts';
import { blank } from './raster.ts';

const states = [0, 1, 2, 3].map(gray => blank(2, 2, [gray, gray, gray]));

test('undoing goes back to the start and redoing to the end', () => {
  let history = states.slice(0, 3).reduce(remember, emptyHistory);
  let current = states[3]!;
  for (const expected of [states[2], states[1], states[0]]) {
    [history, current] = undo(history, current)!;
    expect(current).toBe(expected);
  }
  expect(undo(history, current)).toBeNull();
  for (const expected of states.slice(1)) {
    [history, current] = redo(history, current)!;
    expect(current).toBe(expected);
  }
  expect(redo(history, current)).toBeNull();
});

test('drawing after undoing forgets what was undone', () => {
  const [history, current] = undo(remember(emptyHistory, states[0]!), states[1]!)!;
  expect(redo(remember(history, current), states[2]!)).toBeNull();
});

test('a history of large pictures is bounded', () => {
  const large = { width: 2000, height: 2000, channels: 3, data: new Uint8Array(12e6) };
  const { past } = Array.from({ length: 40 }, () => large).reduce(remember, emptyHistory);
  expect(past).toHaveLength(10);
});

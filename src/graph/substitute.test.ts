import { expect, test } from 'vitest';
import { add, input, interpret, multiply, substitute } from './index.ts';

test('replaces an input by a tensor, and keeps tensors that do not depend on it', () => {
  const [x, y] = [input('x', [2]), input('y', [2])];
  const untouched = multiply(x, 2);
  const outputs = substitute({ sum: add(multiply(y, y), x), untouched }, { y: add(x, 1) });
  expect(outputs.untouched).toBe(untouched);
  const [sum] = interpret([outputs.sum!], { x: [1, 2] });
  expect([...sum!.data]).toEqual([5, 11]);
});

test('an output that is itself a replaced input becomes the replacement', () => {
  const x = input('x', []);
  expect(substitute({ y: input('y', []) }, { y: x }).y).toBe(x);
});

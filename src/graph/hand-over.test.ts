import { expect, test } from 'vitest';
import { add, handOver, input, interpret, multiply, sum, type Tensor } from './index.ts';

const isSum = ({ op }: Tensor): boolean => op.name === 'sum';
const nameOf = (index: number): string => `kept ${index}`;

/** Σ(2x): built again for each graph, so that its tensors are equal, not the same. */
const total = (x: Tensor): Tensor => sum(multiply(x, 2), [0]);

test('the second graph takes over what the first has computed, with the same results', () => {
  const [x, y] = [input('x', [2]), input('y', [1])];
  const graphs = handOver({ a: add(total(x), 1) }, { b: multiply(total(x), y) }, new Set(), isSum, nameOf);
  expect(Object.keys(graphs.first)).toEqual(['a', 'kept 0']);
  const [a, kept] = interpret(Object.values(graphs.first), { x: [1, 2] });
  expect([a!.data[0], kept!.data[0]]).toEqual([7, 6]);
  // Without a value for x: the second graph no longer needs it.
  const [b] = interpret(Object.values(graphs.second), { 'kept 0': [6], y: [10] });
  expect(b!.data[0]).toBe(60);
});

test('equal tensors are handed over once, by the name of an output that there is', () => {
  const [x, y] = [input('x', [2]), input('y', [1])];
  const second = { b: add(total(x), multiply(total(x), y)) };
  const graphs = handOver({ a: total(x) }, second, new Set(), isSum, nameOf);
  expect(Object.keys(graphs.first)).toEqual(['a']);
  expect(interpret([graphs.second.b!], { a: [6], y: [10] })[0]!.data[0]).toBe(66);
});

test('only what the rest of the second graph needs is handed over', () => {
  const inner = (x: Tensor) => sum(multiply(total(x), 3), [0]);
  const x = input('x', [2]);
  const graphs = handOver({ a: inner(x) }, { b: add(inner(x), 1) }, new Set(), isSum, nameOf);
  expect(Object.keys(graphs.first)).toHaveLength(2);
});

test('what depends on an input with another value is computed again', () => {
  const x = input('x', [2]);
  const graphs = handOver({ a: total(x) }, { b: total(x) }, new Set(['x']), isSum, nameOf);
  expect(Object.keys(graphs.first)).toEqual(['a']);
  expect(interpret([graphs.second.b!], { x: [3, 4] })[0]!.data[0]).toBe(14);
});

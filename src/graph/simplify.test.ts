import { expect, test } from 'vitest';
import {
  add,
  constant,
  fill,
  grad,
  input,
  interpret,
  multiply,
  printGraph,
  sqrt,
  subtract,
  sum,
} from './index.ts';
import { simplify } from './simplify.ts';

const x = input('x', [2, 3]);

test('what depends on constants alone becomes a constant', () => {
  const y = multiply(x, sqrt(add(constant([1, 2, 7], [3]), constant(2))));
  const { y: simpler } = simplify({ y });
  expect(printGraph({ y: simpler! })).not.toMatch(/sqrt|add/);
  const values = { x: [1, 2, 3, 4, 5, 6] };
  const [before, after] = interpret([y, simpler!], values);
  before!.data.forEach((value, i) => {
    expect(after!.data[i]).toBeCloseTo(value, 6);
  });
});

test('neutral operands are removed, but only on their neutral side', () => {
  const { same } = simplify({ same: subtract(add(0, multiply(x, fill(1, [2, 3]))), 0) });
  expect(same).toBe(x);
  const { negative } = simplify({ negative: subtract(0, x) });
  expect(negative!.op.name).toBe('subtract');
});

test('an operand that broadcasts stays', () => {
  const { wider } = simplify({ wider: add(input('row', [3]), fill(0, [2, 3])) });
  expect(wider!.shape).toEqual([2, 3]);
});

test('simplifying does not change gradients', () => {
  const y = sum(multiply(multiply(x, 1), multiply(x, add(1, 2))), [0, 1]);
  const outputs = { gradient: grad(y, [x])[0]! };
  const { gradient } = simplify(outputs);
  const values = { x: [1, -2, 3, 4, 5, 6] };
  expect(interpret([gradient!], values)[0]!.data).toEqual(interpret([outputs.gradient], values)[0]!.data);
});

import { expect, test } from 'vitest';
import {
  add,
  broadcast,
  constant,
  fill,
  grad,
  input,
  interpret,
  multiply,
  negate,
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

test('elementwise ops come before broadcasts, which disappear beside an operand of the full shape', () => {
  const column = broadcast(input('column', [2, 1]), [2, 3]);
  const outputs = { scaled: negate(multiply(column, 2)), product: multiply(multiply(column, 2), x) };
  const { scaled, product } = simplify(outputs);
  expect(scaled!.op.name).toBe('broadcast');
  expect(scaled!.inputs[0]!.shape).toEqual([2, 1]);
  expect(printGraph({ product: product! })).not.toMatch(/broadcast/);
  const values = { x: [1, 2, 3, 4, 5, 6], column: [7, 8] };
  const before = interpret(Object.values(outputs), values);
  expect(interpret([scaled!, product!], values)).toEqual(before);
});

test('a sum is negated rather than what is summed', () => {
  const { total } = simplify({ total: sum(negate(x), [0]) });
  expect(total!.op.name).toBe('negate');
  expect(total!.shape).toEqual([1, 3]);
  expect([...interpret([total!], { x: [1, 2, 3, 4, 5, 6] })[0]!.data]).toEqual([-5, -7, -9]);
});

test('simplifying does not change gradients', () => {
  const y = sum(multiply(multiply(x, 1), multiply(x, add(1, 2))), [0, 1]);
  const outputs = { gradient: grad(y, [x])[0]! };
  const { gradient } = simplify(outputs);
  const values = { x: [1, -2, 3, 4, 5, 6] };
  expect(interpret([gradient!], values)[0]!.data).toEqual(interpret([outputs.gradient], values)[0]!.data);
});

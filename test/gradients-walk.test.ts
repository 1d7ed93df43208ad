import { describe, expect, it } from 'vitest';
import {
  add,
  concat,
  conv2d,
  grad,
  input,
  interpret,
  leakyRelu,
  multiply,
  reshape,
  sign,
  type Tensor,
  tanh,
  topological,
  withScope,
} from '../src/graph/index.ts';
import { total } from './reference/total.ts';

const padding = [1, 1, 1, 1];

/** Two convolutions on an image; the loss is the sum of what comes out. */
function twoLayers() {
  const x = input('x', [1, 8, 8, 1]);
  const first = input('first', [4, 4, 1, 2]);
  const second = input('second', [4, 4, 2, 3]);
  const hidden = leakyRelu(conv2d(x, first, { stride: 2, padding }), 0.2);
  const loss = total([conv2d(hidden, second, { stride: 2, padding })]);
  return { x, first, second, hidden, loss };
}

/** Names of the ops that the gradients add to the graph of the loss, in order. */
function added(loss: Tensor, gradients: readonly Tensor[]): string[] {
  const forward = new Set(topological([loss]));
  return topological(gradients)
    .filter(tensor => !forward.has(tensor))
    .map(tensor => tensor.op.name);
}

function evaluate(tensors: readonly Tensor[], values: Record<string, ArrayLike<number>>): number[][] {
  return interpret(tensors, values).map(({ data }) => [...data]);
}

describe('what grad builds', () => {
  it('stops at the last layer when only its kernel is asked for', () => {
    const { loss, second } = twoLayers();
    expect(added(loss, grad(loss, [second]))).toEqual(['constant', 'reshape', 'broadcast', 'conv2dKernel']);
  });

  it('builds no kernel gradients when only the image is asked for', () => {
    const { loss, x } = twoLayers();
    const names = added(loss, grad(loss, [x]));
    expect(names.filter(name => name.startsWith('conv2d'))).toEqual(['conv2dInput', 'conv2dInput']);
  });

  it('builds only what the gradients need', () => {
    const { loss, second } = twoLayers();
    const before = input('before', []).id;
    const gradients = grad(loss, [second]);
    const made = input('after', []).id - before - 1;
    expect(made).toBe(added(loss, gradients).length);
  });

  it('builds no kernel gradient that is not asked for', () => {
    const { loss, first } = twoLayers();
    const names = added(loss, grad(loss, [first]));
    expect(names.filter(name => name.startsWith('conv2d'))).toEqual(['conv2dInput', 'conv2dKernel']);
  });

  it('shares the backward pass between all gradients', () => {
    const { loss, x, first, second } = twoLayers();
    const names = added(loss, grad(loss, [x, first, second]));
    expect(names.filter(name => name === 'conv2dInput')).toHaveLength(2);
    expect(names.filter(name => name === 'conv2dKernel')).toHaveLength(2);
  });

  it('slices only the asked-for part of a concatenation', () => {
    const [a, b] = [input('a', [2, 1]), input('b', [2, 3])];
    const loss = total([multiply(concat([tanh(a), tanh(b)], 1), 2)]);
    expect(added(loss, grad(loss, [b])).filter(name => name === 'slice')).toHaveLength(1);
  });

  it('names gradients after the scope they differentiate', () => {
    const x = input('x', [2]);
    const loss = withScope('D', () => withScope('down1', () => total([tanh(x)])));
    const [gradient] = withScope('step', () => grad(loss, [x]));
    expect(gradient!.scope).toBe('step/D/down1/grad');
  });
});

describe('what grad returns', () => {
  it('has the shapes of what it differentiates by, in their order', () => {
    const { loss, x, first, second } = twoLayers();
    const gradients = grad(loss, [second, x, first]);
    expect(gradients.map(({ shape }) => shape)).toEqual([second.shape, x.shape, first.shape]);
  });

  it('sums over broadcast axes', () => {
    const [row, column, scalar] = [input('row', [3]), input('column', [2, 1]), input('scalar', [])];
    const loss = total([multiply(multiply(row, column), scalar)]);
    const values = { row: [1, 2, 3], column: [4, 5], scalar: [10] };
    const gradients = grad(loss, [row, column, scalar]);
    expect(gradients.map(({ shape }) => shape)).toEqual([[3], [2, 1], []]);
    expect(evaluate(gradients, values)).toEqual([[90, 90, 90], [60, 60], [54]]);
  });

  it('adds up the uses of an input', () => {
    const x = input('x', [2]);
    const loss = total([add(multiply(x, x), x)]);
    expect(evaluate(grad(loss, [x]), { x: [3, -1] })).toEqual([[7, -1]]);
  });

  it('differentiates by a value in the middle as if it were free', () => {
    const x = input('x', [2]);
    const middle = multiply(x, 3);
    const loss = total([multiply(middle, middle)]);
    const values = { x: [1, 2] };
    expect(evaluate(grad(loss, [middle, x]), values)).toEqual([
      [6, 12],
      [18, 36],
    ]);
  });

  it('returns one gradient per entry if wrt repeats a tensor', () => {
    const x = input('x', [1]);
    expect(evaluate(grad(total([multiply(x, 5)]), [x, x]), { x: [1] })).toEqual([[5], [5]]);
  });

  it('is 1 for the loss itself', () => {
    const x = input('x', []);
    const loss = multiply(x, 5);
    expect(evaluate(grad(loss, [loss, x]), { x: [1] })).toEqual([[1], [5]]);
  });

  it('accepts a loss with axes of length 1', () => {
    const x = input('x', [1, 1]);
    expect(evaluate(grad(multiply(x, 2), [x]), { x: [1] })).toEqual([[2]]);
  });

  it('is 0 through a sign', () => {
    const x = input('x', [2]);
    expect(evaluate(grad(total([sign(x)]), [x]), { x: [3, -1] })).toEqual([[0, 0]]);
  });

  it('survives a graph far deeper than the call stack', () => {
    const x = input('x', [1]);
    let y = x;
    for (let i = 0; i < 20_000; i++) y = add(y, x);
    expect(evaluate(grad(reshape(y, []), [x]), { x: [1] })).toEqual([[20_001]]);
  });
});

describe('what grad refuses', () => {
  it('throws if the loss does not depend on a tensor, and names its scope', () => {
    const x = input('x', [1]);
    const stranger = withScope('G', () => withScope('down1', () => input('kernel', [1])));
    expect(() => grad(multiply(x, x), [x, stranger])).toThrow('does not depend on "G/down1"');
  });

  it('throws on a loss that is not a scalar', () => {
    const x = input('x', [2, 1]);
    expect(() => grad(multiply(x, x), [x])).toThrow('Cannot differentiate [2, 1]: the loss must be a scalar');
  });
});

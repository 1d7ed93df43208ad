import { elements, type Shape, sameShape, showShape, strides } from '../../core/shape.ts';
import { forEachIndex, offset } from '../ndarray.ts';
import { type Attributes, apply, type Op, type Tensor } from '../tensor.ts';

export interface ReshapeAttributes extends Attributes {
  readonly shape: readonly number[];
}
export interface TransposeAttributes extends Attributes {
  /** Axis of the input that becomes each axis of the output. */
  readonly permutation: readonly number[];
}
export interface ConcatAttributes extends Attributes {
  readonly axis: number;
}
export interface SliceAttributes extends Attributes {
  /** First index along each axis. */
  readonly start: readonly number[];
  /** Length along each axis. */
  readonly size: readonly number[];
}
export interface PadAttributes extends Attributes {
  /** Zeros put before and after, per axis. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}
export interface SumAttributes extends Attributes {
  readonly axes: readonly number[];
}

export interface ReverseAttributes extends Attributes {
  readonly axis: number;
}

export const reshapeOp: Op<ReshapeAttributes> = {
  name: 'reshape',
  shape: ([x], { shape }) =>
    elements(x!) === elements(shape) ? shape : `it has another number of elements than ${showShape(shape)}`,
  gradient: ({ inputs: [x] }, g) => [() => reshape(g, x!.shape)],
  evaluate: ([x]) => x!.data,
};

export const transposeOp: Op<TransposeAttributes> = {
  name: 'transpose',
  shape: ([x], { permutation }) =>
    permutation.length === x!.length
      ? permutation.map(axis => x![axis]!)
      : 'the permutation has another rank',
  gradient: ({ attributes }, g) => [() => transpose(g, inverse(attributes.permutation))],
  evaluate: ([x], { permutation }, shape) => {
    const own = strides(x!.shape);
    return gather(
      shape,
      x!.data,
      permutation.map(axis => own[axis]!),
      0,
    );
  },
};

export const concatOp: Op<ConcatAttributes> = {
  name: 'concat',
  shape: (shapes, { axis }) => {
    const [first, ...others] = shapes;
    const fits = others.every(shape =>
      sameShape(
        shape.map((size, i) => (i === axis ? first![i]! : size)),
        first!,
      ),
    );
    if (!fits) return `inputs must agree on every axis but ${axis}`;
    return first!.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[i]!, 0) : size));
  },
  gradient: ({ inputs, attributes: { axis } }, g) => {
    let position = 0;
    return inputs.map(x => {
      const start = g.shape.map((_, i) => (i === axis ? position : 0));
      position += x.shape[axis]!;
      return () => slice(g, start, x.shape);
    });
  },
  evaluate: (inputs, { axis }, shape) => {
    const out = new Float64Array(elements(shape));
    const steps = strides(shape);
    let position = 0;
    for (const x of inputs) {
      const start = position * steps[axis]!;
      forEachIndex(x.shape, (index, i) => {
        out[start + offset(index, steps)] = x.data[i]!;
      });
      position += x.shape[axis]!;
    }
    return out;
  },
};

export const sliceOp: Op<SliceAttributes> = {
  name: 'slice',
  shape: ([x], { start, size }) =>
    x!.every((length, axis) => start[axis]! >= 0 && start[axis]! + size[axis]! <= length)
      ? size
      : `a block of ${showShape(size)} at ${showShape(start)} is not inside the input`,
  gradient: ({ inputs: [x], attributes: { start, size } }, g) => [
    () =>
      pad(
        g,
        start,
        x!.shape.map((length, axis) => length - start[axis]! - size[axis]!),
      ),
  ],
  evaluate: ([x], { start }, shape) =>
    gather(shape, x!.data, strides(x!.shape), offset(start, strides(x!.shape))),
};

export const padOp: Op<PadAttributes> = {
  name: 'pad',
  shape: ([x], { before, after }) => x!.map((length, axis) => length + before[axis]! + after[axis]!),
  gradient: ({ inputs: [x], attributes: { before } }, g) => [() => slice(g, before, x!.shape)],
  evaluate: ([x], { before }, shape) => {
    const out = new Float64Array(elements(shape));
    const steps = strides(shape);
    const start = offset(before, steps);
    forEachIndex(x!.shape, (index, i) => {
      out[start + offset(index, steps)] = x!.data[i]!;
    });
    return out;
  },
};

export const reverseOp: Op<ReverseAttributes> = {
  name: 'reverse',
  shape: ([x]) => x!,
  gradient: ({ attributes: { axis } }, g) => [() => reverse(g, axis)],
  evaluate: ([x], { axis }, shape) => {
    const steps = strides(shape);
    const last = (shape[axis]! - 1) * steps[axis]!;
    return gather(
      shape,
      x!.data,
      steps.map((step, i) => (i === axis ? -step : step)),
      last,
    );
  },
};

/** The summed axes stay, with length 1. */
export const sumOp: Op<SumAttributes> = {
  name: 'sum',
  shape: ([x], { axes }) => x!.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  gradient: ({ inputs: [x] }, g) => [() => broadcast(g, x!.shape)],
  evaluate: ([x], { axes }, shape) => {
    const out = new Float64Array(elements(shape));
    const steps = strides(shape).map((step, axis) => (axes.includes(axis) ? 0 : step));
    forEachIndex(x!.shape, (index, i) => {
      out[offset(index, steps)]! += x!.data[i]!;
    });
    return out;
  },
};

export const broadcastOp: Op<ReshapeAttributes> = {
  name: 'broadcast',
  shape: ([x], { shape }) => {
    const fits = x!.length === shape.length && x!.every((size, axis) => size === 1 || size === shape[axis]);
    return fits ? shape : `it cannot be broadcast to ${showShape(shape)}`;
  },
  gradient: ({ inputs: [x] }, g) => [() => sumTo(g, x!.shape)],
  evaluate: ([x], _, shape) => {
    const steps = strides(x!.shape).map((step, axis) => (x!.shape[axis] === 1 ? 0 : step));
    return gather(shape, x!.data, steps, 0);
  },
};

function gather(shape: Shape, data: Float64Array, steps: readonly number[], start: number): Float64Array {
  const out = new Float64Array(elements(shape));
  forEachIndex(shape, (index, i) => {
    out[i] = data[start + offset(index, steps)]!;
  });
  return out;
}

function inverse(permutation: readonly number[]): number[] {
  const result = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => {
    result[axis] = i;
  });
  return result;
}

/** The same values, row-major, in another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape });
}

/** Axis i of the result is axis `permutation[i]` of x. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  return apply(transposeOp, [x], { permutation });
}

/** Concatenates along `axis`; other axes must be equal. */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  return apply(concatOp, inputs, { axis });
}

/** The block of `size` whose first element is at `start`. */
export function slice(x: Tensor, start: readonly number[], size: Shape): Tensor {
  return sameShape(x.shape, size) ? x : apply(sliceOp, [x], { start, size });
}

/** Zeros around `x`, counted per axis. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  return [...before, ...after].every(count => count === 0) ? x : apply(padOp, [x], { before, after });
}

/** Reverses the order along `axis`. */
export function reverse(x: Tensor, axis: number): Tensor {
  return x.shape[axis] === 1 ? x : apply(reverseOp, [x], { axis });
}

/** Sum over `axes`, which stay with length 1. */
export function sum(x: Tensor, axes: readonly number[]): Tensor {
  const longer = axes.filter(axis => x.shape[axis] !== 1);
  return longer.length === 0 ? x : apply(sumOp, [x], { axes: longer });
}

/** Repeats along axes of length 1; the rank stays. */
export function broadcast(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : apply(broadcastOp, [x], { shape });
}

/** Sums over the axes along which broadcasting from `shape` to `x.shape` repeats: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const added = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(sum(x, axes), shape);
}

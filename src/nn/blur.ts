import { add, multiply, reflectPad, slice, type Tensor } from '../graph/index.ts';

/**
 * The filter [1 2 1] / 4 down and across, with reflected borders; [N,H,W,C] → the same shape. Taking every second pixel then no
 * longer aliases (Zhang 2019, arXiv:1904.11486, section 3.2). Throws an Error if a side is a single pixel.
 */
export function blur(x: Tensor): Tensor {
  const sums = [1, 1, 2, 2].reduce(neighborSums, reflectPad(x, 1));
  return multiply(sums, 1 / 16);
}

/** Sums of each value and the next along an axis, which becomes one shorter. */
function neighborSums(x: Tensor, axis: number): Tensor {
  const size = x.shape.map((length, i) => (i === axis ? length - 1 : length));
  const from = (first: number) => x.shape.map((_, i) => (i === axis ? first : 0));
  return add(slice(x, from(0), size), slice(x, from(1), size));
}

import { elements } from '../../core/shape.ts';
import { conv2d } from '../ops/convolution.ts';
import { divide, multiply } from '../ops/elementwise.ts';
import { constant } from '../ops/leaf.ts';
import { sum } from '../ops/shape.ts';
import type { Tensor } from '../tensor.ts';
import { type CompositeAttributes, composite } from './composite.ts';

/** Mean over `axes`, which stay with length 1. */
export function mean(x: Tensor, axes: readonly number[]): Tensor {
  const longer = axes.filter(axis => x.shape[axis] !== 1);
  if (longer.length === 0) return x;
  const count = elements(longer.map(axis => x.shape[axis]!));
  return composite('mean', [x], { axes: longer }, multiply(sum(x, longer), 1 / count));
}

/**
 * Average pooling: means of size × size blocks, at borders of the pixels inside the image;
 * [N,H,W,C] → [N,h,w,C] with h = ⌊(H + 2·padding − size) / stride⌋ + 1.
 */
export function averagePool2d(x: Tensor, geometry: CompositeAttributes['averagePool2d']): Tensor {
  const { size, stride, padding } = geometry;
  const channels = x.shape.at(-1)!;
  const kernel = new Float32Array(size * size * channels * channels);
  for (let i = 0; i < size * size * channels; i++) kernel[i * channels + (i % channels)] = 1;
  const sums = conv2d(x, constant(kernel, [size, size, channels, channels]), {
    stride,
    padding: new Array<number>(4).fill(padding),
  });
  const [, rows, columns] = sums.shape as [number, number, number, number];
  const [vertical, horizontal] = [
    pixelsInside(x.shape[1]!, rows, geometry),
    pixelsInside(x.shape[2]!, columns, geometry),
  ];
  const counts = vertical.flatMap(down => horizontal.map(across => down * across));
  return composite('averagePool2d', [x], geometry, divide(sums, constant(counts, [1, rows, columns, 1])));
}

/** How many of each block's rows are inside an image of `length` rows. */
function pixelsInside(
  length: number,
  blocks: number,
  { size, stride, padding }: CompositeAttributes['averagePool2d'],
): number[] {
  return Array.from({ length: blocks }, (_, i) => {
    const first = i * stride - padding;
    return Math.min(first + size, length) - Math.max(first, 0);
  });
}

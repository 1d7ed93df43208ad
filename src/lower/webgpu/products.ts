// Convolutions as matrix products, where ONNX Runtime's Conv leaves most of a GPU idle: it gives each tile of 32 pixels × 32
// channels of its output to one group of threads, which alone sums over all taps and input channels (for a kernel's gradient:
// over all pixels). The products here have more tiles, or sum in parts.

import type { AttributesOf, Tensor } from '../../graph/index.ts';
import type { Emitter } from '../emitter.ts';
import { concatTree } from './concat.ts';

/** Pixels × channels of a product's output that one group of threads computes. */
const TILE = 32;
/** So many groups keep a large GPU busy. */
const ENOUGH_GROUPS = 512;
/** A sum is not cut into parts that are shorter. */
const SHORTEST_SUM = 256;
/** Shifted images of one product have at most so many elements: 64 MB. */
const MOST_SHIFTED = 2 ** 24;

/** A convolution of stride s as one of stride 1: images and kernel are cut into s×s phases. */
interface Phased {
  /** Rows and columns of a phase of the kernel. */
  readonly taps: readonly [number, number];
  /** Rows and columns of a phase of the padded image. */
  readonly sides: readonly [number, number];
  readonly stride: number;
}

/** How many groups of threads ONNX Runtime's Conv uses for y [N,h,w,O]. */
export function convGroups({ shape }: Tensor): number {
  const [batch, height, width, outputs] = shape as [number, number, number, number];
  return batch * Math.ceil((height * width) / TILE) * Math.ceil(outputs / TILE);
}

/** y[N,h,w,O] of x [N,H,W,C] and kernel [kh,kw,C,O]: a product for each tap, summed. */
export function conv2dByTaps(
  emit: Emitter,
  { inputs, shape: y }: Tensor,
  { stride, padding }: AttributesOf<'conv2d'>,
): string {
  const [x, kernel] = inputs as [Tensor, Tensor];
  const [kh, kw, channels, outputs] = kernel.shape as [number, number, number, number];
  const [batch, height, width] = y as [number, number, number];
  const phased = phasesOf(kernel.shape, y, stride);
  const [th, tw] = phased.taps;
  const image = blocksOf(emit, x, padding, phased);
  const phases = stride === 1 ? image : emit.node('Transpose', [image], { perm: [2, 4, 0, 1, 3, 5] });
  const planes = emit.reshape(phases, [stride * stride * batch, ...phased.sides, channels]);
  const pixels = batch * height * width;
  const shifted = eachTap(phased).map(([i, j]) =>
    emit.reshape(emit.slice(planes, [1, 2], [i, j], [height, width]), [1, stride * stride, pixels, channels]),
  );
  const ordered = emit.node(
    'Transpose',
    [emit.reshape(concatTree(emit, shifted, 0), [th, tw, stride, stride, pixels, channels])],
    { perm: [0, 2, 1, 3, 4, 5] },
  );
  const count = th * tw * stride * stride;
  const whole = emit.pad(emit.value(kernel), [0, 0, 0, 0], [th * stride - kh, tw * stride - kw, 0, 0]);
  const products = emit.node('MatMul', [
    emit.reshape(ordered, [count, pixels, channels]),
    emit.reshape(whole, [count, channels, outputs]),
  ]);
  return emit.reshape(sumOfFirst(emit, products), y);
}

/** The kernel's cotangent [kh,kw,C,O] of x [N,H,W,C] and y's cotangent [N,h,w,O]: a product that sums over the pixels. */
export function conv2dKernel(
  emit: Emitter,
  { inputs, shape: kernel }: Tensor,
  { stride, padding }: AttributesOf<'conv2dKernel'>,
): string {
  const [x, y] = inputs as [Tensor, Tensor];
  const [kh, kw, channels, outputs] = kernel as [number, number, number, number];
  const [batch, height, width] = y.shape as [number, number, number];
  const pixels = batch * height * width;
  const phased = phasesOf(kernel, y.shape, stride);
  const image = blocksOf(emit, x, padding, phased);
  const phases = stride === 1 ? image : emit.node('Transpose', [image], { perm: [0, 1, 3, 2, 4, 5] });
  const depth = stride * stride * channels;
  const deep = emit.reshape(phases, [batch, ...phased.sides, depth]);
  const taps = eachTap(phased);
  const atOnce = Math.max(1, Math.min(taps.length, Math.floor(MOST_SHIFTED / (pixels * depth))));
  const parts = partsOf(pixels, tilesOf(outputs) * tilesOf(atOnce * depth));
  const cotangents = emit.node('Transpose', [emit.reshape(emit.value(y), [parts, pixels / parts, outputs])], {
    perm: [0, 2, 1],
  });
  const gradients: string[] = [];
  for (let first = 0; first < taps.length; first += atOnce) {
    const some = taps.slice(first, first + atOnce);
    const shifted = some.map(([i, j]) => emit.slice(deep, [1, 2], [i, j], [height, width]));
    const rows = emit.reshape(concatTree(emit, shifted, 3), [parts, pixels / parts, some.length * depth]);
    gradients.push(sumOfFirst(emit, emit.node('MatMul', [cotangents, rows])));
  }
  const [th, tw] = phased.taps;
  const apart = emit.reshape(concatTree(emit, gradients, 2), [outputs, th, tw, stride, stride, channels]);
  const whole = emit.node('Transpose', [apart], { perm: [1, 3, 2, 4, 5, 0] });
  const even = [th * stride, tw * stride];
  const result = emit.reshape(whole, [...even, channels, outputs]);
  return even[0] === kh && even[1] === kw ? result : emit.slice(result, [0, 1], [0, 0], [kh, kw]);
}

function phasesOf(kernel: readonly number[], y: readonly number[], stride: number): Phased {
  const along = (axis: 0 | 1) => Math.ceil(kernel[axis]! / stride);
  const taps = [along(0), along(1)] as const;
  return { taps, sides: [y[1]! + taps[0] - 1, y[2]! + taps[1] - 1], stride };
}

/** [N,H,W,C], padded or cut to whole blocks of stride × stride pixels: [N,A,s,B,s,C]. */
function blocksOf(emit: Emitter, x: Tensor, padding: readonly number[], { sides, stride }: Phased): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [top, left] = padding as [number, number];
  const missing = [sides[0] * stride - top - height, sides[1] * stride - left - width] as const;
  const [below, right] = missing.map(count => Math.max(0, count)) as [number, number];
  const padded = emit.pad(emit.value(x), [0, top, left, 0], [0, below, right, 0]);
  const whole = [sides[0] * stride, sides[1] * stride];
  const cut = missing.some(count => count < 0) ? emit.slice(padded, [1, 2], [0, 0], whole) : padded;
  return emit.reshape(cut, [batch, sides[0], stride, sides[1], stride, channels]);
}

function eachTap({ taps: [rows, columns] }: Phased): [number, number][] {
  return Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);
}

const tilesOf = (length: number): number => Math.ceil(length / TILE);

/** Into how many equal parts a sum of `length` is cut, if a product of `tiles` tiles is to keep a GPU busy. */
function partsOf(length: number, tiles: number): number {
  let parts = 1;
  while (
    tiles * parts < ENOUGH_GROUPS &&
    length % (2 * parts * 4) === 0 &&
    length / (2 * parts) >= SHORTEST_SUM
  )
    parts *= 2;
  return parts;
}

/** [S,·,·] → [1,·,·]: the sum over the first axis. */
function sumOfFirst(emit: Emitter, value: string): string {
  return emit.node('ReduceSum', [value, emit.builder.integers([0])], { keepdims: 1 });
}

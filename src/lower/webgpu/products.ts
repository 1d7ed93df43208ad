// Convolutions as matrix products, where ONNX Runtime's Conv leaves most of a GPU idle: it gives each tile of 32 pixels × 32
// channels of its output to one workgroup, which alone sums over all taps and input channels (for a kernel's gradient: over
// all pixels). The products here have more tiles, or sum in parts. A Gather puts the pixels under each tap next to each other, in
// one shader where a Slice for each tap and a Concat would take dozens.

import { elements } from '../../core/shape.ts';
import type { AttributesOf, Tensor } from '../../graph/index.ts';
import { pixelCount } from '../common.ts';
import type { Emitter } from '../emitter.ts';
import { concatTree } from './concat.ts';
import { conv2d as conv2dWhole } from './convolution.ts';

/** Pixels × channels of a product's output that one workgroup computes. */
const TILE = 32;
/** A convolution for which Conv would have fewer workgroups is computed as products. */
const FEW_WORKGROUPS = 128;
/** So many workgroups keep a large GPU busy. */
const ENOUGH_WORKGROUPS = 512;
/** A sum is not cut into parts that are shorter. */
const SHORTEST_SUM = 256;
/** Shaders of products read vectors of 4. */
const VECTOR = 4;
/** The gathered pixels of one product have at most so many elements: 64 MiB in float32, half of what any WebGPU device can bind. */
const MOST_GATHERED = 2 ** 24;

/** y[N,h,w,O] of x [N,H,W,C] and kernel [kh,kw,C,O]. */
export function conv2d(emit: Emitter, tensor: Tensor, attributes: AttributesOf<'conv2d'>): string {
  const gathered = pixelCount(tensor) * elements(tensor.inputs[1]!.shape.slice(0, 3));
  const hasFew = convWorkgroups(tensor) < FEW_WORKGROUPS && gathered <= MOST_GATHERED;
  return (hasFew ? conv2dByTaps : conv2dWhole)(emit, tensor, attributes);
}

/** How many workgroups ONNX Runtime's Conv has for y [N,h,w,O]. */
function convWorkgroups({ shape }: Tensor): number {
  const [batch, height, width, outputs] = shape as [number, number, number, number];
  return batch * tilesOf(height * width) * tilesOf(outputs);
}

/** A product for each tap, summed. */
function conv2dByTaps(emit: Emitter, { inputs, shape }: Tensor, attributes: AttributesOf<'conv2d'>): string {
  const [x, kernel] = inputs as [Tensor, Tensor];
  const [kh, kw, channels, outputs] = kernel.shape as [number, number, number, number];
  const taps = tapsOf(emit, x, [kh, kw], shape, attributes);
  const images = taps.gather(taps.positions); // [kh·kw, N·h·w, C]
  const matrices = emit.reshape(emit.value(kernel), [kh * kw, channels, outputs]);
  return emit.reshape(sumOfFirst(emit, emit.node('MatMul', [images, matrices]), kh * kw), shape);
}

/** The kernel's cotangent [kh,kw,C,O] of x [N,H,W,C] and y's cotangent [N,h,w,O]: a product that sums over the pixels. */
export function conv2dKernel(
  emit: Emitter,
  { inputs, shape: kernel }: Tensor,
  attributes: AttributesOf<'conv2dKernel'>,
): string {
  const [x, y] = inputs as [Tensor, Tensor];
  const [kh, kw, channels, outputs] = kernel as [number, number, number, number];
  const taps = tapsOf(emit, x, [kh, kw], y.shape, attributes);
  const pixels = pixelCount(y);
  const atOnce = Math.max(1, Math.min(kh * kw, Math.floor(MOST_GATHERED / (pixels * channels))));
  const parts = partsOf(pixels, tilesOf(outputs) * tilesOf(atOnce * channels));
  const split = emit.reshape(emit.value(y), [parts, pixels / parts, outputs]);
  const cotangents = emit.node('Transpose', [split], { perm: [0, 2, 1] });
  const gradients: string[] = []; // [1, O, taps·C]
  for (let first = 0; first < kh * kw; first += atOnce) {
    const group = taps.positions.slice(first, first + atOnce);
    const byPixel = Array.from({ length: pixels }, (_, pixel) => group.map(positions => positions[pixel]!));
    const images = emit.reshape(taps.gather(byPixel), [parts, pixels / parts, group.length * channels]);
    gradients.push(sumOfFirst(emit, emit.node('MatMul', [cotangents, images]), parts));
  }
  const whole = emit.reshape(concatTree(emit, gradients, 2), [outputs, kh * kw * channels]);
  return emit.reshape(emit.node('Transpose', [whole], { perm: [1, 0] }), kernel);
}

interface Taps {
  /** For each tap of the kernel, where each of y's N·h·w pixels finds x's pixel under that tap: [kh·kw][N·h·w]. */
  readonly positions: readonly (readonly number[])[];
  /** x's pixels at `positions` [A][B]: [A,B,C]. */
  gather(positions: readonly (readonly number[])[]): string;
}

/** What a convolution with a kernel of kh × kw taps reads of x [N,H,W,C] for y [N,h,w,·]. */
function tapsOf(
  emit: Emitter,
  x: Tensor,
  [kh, kw]: readonly [number, number],
  y: readonly number[],
  { stride, padding }: AttributesOf<'conv2d'>,
): Taps {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [, rows, columns] = y as [number, number, number, number];
  const [top, left] = padding as [number, number];
  const sides = [
    Math.max(top + height, stride * (rows - 1) + kh),
    Math.max(left + width, stride * (columns - 1) + kw),
  ] as const;
  const padded = emit.pad(
    emit.value(x),
    [0, top, left, 0],
    [0, sides[0] - top - height, sides[1] - left - width, 0],
  );
  const flat = emit.reshape(padded, [batch * sides[0] * sides[1], channels]);
  const pixels = Array.from({ length: batch * rows * columns }, (_, i) => {
    const [image, row, column] = [
      Math.floor(i / (rows * columns)),
      Math.floor(i / columns) % rows,
      i % columns,
    ];
    return (image * sides[0] + stride * row) * sides[1] + stride * column;
  });
  const positions = Array.from({ length: kh * kw }, (_, tap) => {
    const shift = Math.floor(tap / kw) * sides[1] + (tap % kw);
    return pixels.map(pixel => pixel + shift);
  });
  return {
    positions,
    gather: at => {
      const shape = [at.length, at[0]!.length];
      return emit.node('Gather', [flat, emit.builder.indices(Int32Array.from(at.flat()), shape)], {
        axis: 0,
      });
    },
  };
}

const tilesOf = (length: number): number => Math.ceil(length / TILE);

/** Into how many equal parts a sum of `length` is cut, if a product of `tiles` tiles is to keep a GPU busy. */
function partsOf(length: number, tiles: number): number {
  let parts = 1;
  const canHalve = () => length % (2 * parts * VECTOR) === 0 && length / (2 * parts) >= SHORTEST_SUM;
  while (tiles * parts < ENOUGH_WORKGROUPS && canHalve()) parts *= 2;
  return parts;
}

/** [count,·,·] → [1,·,·]: the sum over the first axis. */
function sumOfFirst(emit: Emitter, value: string, count: number): string {
  if (count === 1) return value;
  return emit.node('ReduceSum', [value, emit.builder.integers([0])], { keepdims: 1 });
}

// Convolutions as matrix products, where ONNX Runtime's Conv leaves most of a GPU idle: it gives each tile of 32 pixels × 32
// channels of its output to one workgroup, which alone sums over all taps and input channels (for a kernel's gradient: over
// all pixels). The products here have more tiles, or sum in parts. A convolution of stride s is computed as one of stride 1,
// whose images and kernel are cut into s×s phases.

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
/** The shifted images of one product have at most so many elements: 64 MiB in float32, half of what any WebGPU device can bind. */
const MOST_SHIFTED = 2 ** 24;

interface Phased {
  readonly stride: number;
  /** Rows and columns of a phase of the kernel: as many ways to shift the image. */
  readonly shifts: readonly [number, number];
  /** Rows A and columns B of a phase of the padded image. */
  readonly sides: readonly [number, number];
}

/** y[N,h,w,O] of x [N,H,W,C] and kernel [kh,kw,C,O]. */
export function conv2d(emit: Emitter, tensor: Tensor, attributes: AttributesOf<'conv2d'>): string {
  const shifted = pixelCount(tensor) * elements(tensor.inputs[1]!.shape.slice(0, 3));
  const hasFew = convWorkgroups(tensor) < FEW_WORKGROUPS && shifted <= MOST_SHIFTED;
  return (hasFew ? conv2dByTaps : conv2dWhole)(emit, tensor, attributes);
}

/** How many workgroups ONNX Runtime's Conv has for y [N,h,w,O]. */
function convWorkgroups({ shape }: Tensor): number {
  const [batch, height, width, outputs] = shape as [number, number, number, number];
  return batch * tilesOf(height * width) * tilesOf(outputs);
}

/** A product for each tap, summed. */
function conv2dByTaps(
  emit: Emitter,
  { inputs, shape: y }: Tensor,
  { stride, padding }: AttributesOf<'conv2d'>,
): string {
  const [x, kernel] = inputs as [Tensor, Tensor];
  const [kh, kw, channels, outputs] = kernel.shape as [number, number, number, number];
  const [batch, height, width] = y as [number, number, number];
  const phased = phasesOf(kernel.shape, y, stride);
  const [rows, columns] = phased.shifts;
  const blocks = blocksOf(emit, x, padding, phased);
  const phases = stride === 1 ? blocks : emit.node('Transpose', [blocks], { perm: [2, 4, 0, 1, 3, 5] });
  const planes = emit.reshape(phases, [stride * stride * batch, ...phased.sides, channels]);
  const pixels = batch * height * width;
  const shifted = eachShift(phased).map(([i, j]) =>
    emit.reshape(emit.slice(planes, [1, 2], [i, j], [height, width]), [1, stride * stride, pixels, channels]),
  );
  const images = concatTree(emit, shifted, 0); // [rows·columns, s·s, N·h·w, C]
  const count = rows * columns * stride * stride;
  const products = emit.node('MatMul', [
    emit.reshape(inKernelOrder(emit, images, phased, [pixels, channels]), [count, pixels, channels]),
    emit.reshape(
      emit.pad(emit.value(kernel), [0, 0, 0, 0], [rows * stride - kh, columns * stride - kw, 0, 0]),
      [count, channels, outputs],
    ),
  ]);
  return emit.reshape(sumOfFirst(emit, products, count), y);
}

/** [rows·columns, s·s, …] → [rows,s,columns,s, …]: the order of a kernel's taps. */
function inKernelOrder(
  emit: Emitter,
  images: string,
  { stride, shifts }: Phased,
  inner: readonly number[],
): string {
  if (stride === 1) return images;
  const apart = emit.reshape(images, [...shifts, stride, stride, ...inner]);
  return emit.node('Transpose', [apart], { perm: [0, 2, 1, 3, 4, 5] });
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
  const phased = phasesOf(kernel, y.shape, stride);
  const blocks = blocksOf(emit, x, padding, phased);
  const phases = stride === 1 ? blocks : emit.node('Transpose', [blocks], { perm: [0, 1, 3, 2, 4, 5] });
  const depth = stride * stride * channels;
  const planes = emit.reshape(phases, [batch, ...phased.sides, depth]);
  const pixels = pixelCount(y);
  const shifts = eachShift(phased);
  const atOnce = Math.max(1, Math.min(shifts.length, Math.floor(MOST_SHIFTED / (pixels * depth))));
  const parts = partsOf(pixels, tilesOf(outputs) * tilesOf(atOnce * depth));
  const split = emit.reshape(emit.value(y), [parts, pixels / parts, outputs]);
  const cotangents = emit.node('Transpose', [split], { perm: [0, 2, 1] });
  const gradients: string[] = []; // [1, O, shifts·depth]
  for (let first = 0; first < shifts.length; first += atOnce) {
    const group = shifts.slice(first, first + atOnce);
    const shifted = group.map(([i, j]) => emit.slice(planes, [1, 2], [i, j], [height, width]));
    const images = emit.reshape(concatTree(emit, shifted, 3), [parts, pixels / parts, group.length * depth]);
    gradients.push(sumOfFirst(emit, emit.node('MatMul', [cotangents, images]), parts));
  }
  const [rows, columns] = phased.shifts;
  const apart = emit.reshape(concatTree(emit, gradients, 2), [
    outputs,
    rows,
    columns,
    stride,
    stride,
    channels,
  ]);
  const ordered = emit.node('Transpose', [apart], { perm: [1, 3, 2, 4, 5, 0] });
  const padded = [rows * stride, columns * stride];
  const whole = emit.reshape(ordered, [...padded, channels, outputs]);
  return padded[0] === kh && padded[1] === kw ? whole : emit.slice(whole, [0, 1], [0, 0], [kh, kw]);
}

function phasesOf(kernel: readonly number[], y: readonly number[], stride: number): Phased {
  const shifts = [Math.ceil(kernel[0]! / stride), Math.ceil(kernel[1]! / stride)] as const;
  return { stride, shifts, sides: [y[1]! + shifts[0] - 1, y[2]! + shifts[1] - 1] };
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

function eachShift({ shifts: [rows, columns] }: Phased): [number, number][] {
  return Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);
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

// Convolutions as ONNX's Conv and ConvTranspose, whose operands are [N,C,H,W]. ONNX Runtime cancels the transpositions around
// them, because it uses [N,H,W,C] on GPUs as well.

import type { AttributesOf, Tensor } from '../../graph/index.ts';
import { paddedChannels } from '../common.ts';
import type { Emitter } from '../emitter.ts';
import { conv2dByTaps, convGroups } from './products.ts';

/** A convolution with fewer is computed as products. */
const FEW_GROUPS = 128;

const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];
/** [kh,kw,C,O] → [O,C,kh,kw], the layout of the kernel in ONNX's Conv and, with inputs and outputs swapped, in ConvTranspose. */
const TO_KERNEL = [3, 2, 0, 1];

/** y[N,h,w,O] of x [N,H,W,C] and kernel [kh,kw,C,O]. */
export function conv2d(emit: Emitter, tensor: Tensor, { stride, padding }: AttributesOf<'conv2d'>): string {
  const { inputs } = tensor;
  const [x, kernel] = inputs as [Tensor, Tensor];
  if (convGroups(tensor) < FEW_GROUPS) return conv2dByTaps(emit, tensor, { stride, padding });
  const channels = x.shape[3]!;
  const images = padChannels(emit, channelsFirst(emit, x), channels);
  const y = emit.node('Conv', [images, padChannels(emit, kernelOf(emit, kernel), channels)], {
    kernel_shape: kernel.shape.slice(0, 2),
    pads: padding,
    strides: [stride, stride],
  });
  return transpose(emit, y, TO_CHANNELS_LAST);
}

/** x's cotangent [N,H,W,C] of y's [N,h,w,O]: the transposed convolution. */
export function conv2dInput(
  emit: Emitter,
  { inputs, shape }: Tensor,
  { stride, padding }: AttributesOf<'conv2dInput'>,
): string {
  const [y, kernel] = inputs as [Tensor, Tensor];
  const leftOver = [0, 1].map(axis => uncovered(shape, kernel.shape, y.shape, axis, { stride, padding }));
  const x = emit.node('ConvTranspose', [channelsFirst(emit, y), kernelOf(emit, kernel)], {
    kernel_shape: kernel.shape.slice(0, 2),
    output_padding: leftOver,
    pads: padding,
    strides: [stride, stride],
  });
  return transpose(emit, x, TO_CHANNELS_LAST);
}

/** @param value [·,channels,·,·] */
function padChannels(emit: Emitter, value: string, channels: number): string {
  return emit.pad(value, [0, 0, 0, 0], [0, paddedChannels(channels) - channels, 0, 0]);
}

/** How many rows (axis 0) or columns (1) at the end of the padded x the kernel does not cover. */
function uncovered(
  x: readonly number[],
  kernel: readonly number[],
  y: readonly number[],
  axis: number,
  { stride, padding }: AttributesOf<'conv2d'>,
): number {
  const padded = x[axis + 1]! + padding[axis]! + padding[axis + 2]!;
  return padded - kernel[axis]! - stride * (y[axis + 1]! - 1);
}

const channelsFirst = (emit: Emitter, x: Tensor): string => transpose(emit, emit.value(x), TO_CHANNELS_FIRST);

const kernelOf = (emit: Emitter, kernel: Tensor): string => transpose(emit, emit.value(kernel), TO_KERNEL);

function transpose(emit: Emitter, value: string, perm: readonly number[]): string {
  return emit.node('Transpose', [value], { perm });
}

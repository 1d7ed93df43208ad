// Convolutions as ONNX's Conv and ConvTranspose, whose operands are [N,C,H,W]. ONNX Runtime cancels the transpositions around
// them, because it uses [N,H,W,C] on GPUs as well.

import type { AttributesOf, Tensor } from '../../graph/index.ts';
import { paddedChannels } from '../common.ts';
import type { Emitter } from '../emitter.ts';

const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];
/** [kh,kw,C,O] → [O,C,kh,kw], the layout of the kernel in ONNX's Conv and, with inputs and outputs swapped, in ConvTranspose. */
const TO_KERNEL = [3, 2, 0, 1];

/** y[N,h,w,O] of x [N,H,W,C] and kernel [kh,kw,C,O]. */
export function conv2d(
  emit: Emitter,
  { inputs }: Tensor,
  { stride, padding }: AttributesOf<'conv2d'>,
): string {
  const [x, kernel] = inputs as [Tensor, Tensor];
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

/**
 * The kernel's cotangent [kh,kw,C,O]: x convolved with y's cotangent, where batch and channels are swapped and the
 * stride becomes a dilation.
 */
export function conv2dKernel(
  emit: Emitter,
  { inputs, shape }: Tensor,
  { stride, padding }: AttributesOf<'conv2dKernel'>,
): string {
  const [x, y] = inputs as [Tensor, Tensor];
  const images = transpose(emit, emit.value(x), [3, 0, 1, 2]); // [C,N,H,W]
  const cotangents = transpose(emit, emit.value(y), [3, 0, 1, 2]); // [O,N,h,w]
  const [batch] = x.shape as [number];
  const slid = emit.node('Conv', [padChannels(emit, images, batch), padChannels(emit, cotangents, batch)], {
    dilations: [stride, stride],
    kernel_shape: y.shape.slice(1, 3),
    pads: padding,
  });
  const leftOver = [0, 1].map(axis => uncovered(x.shape, shape, y.shape, axis, { stride, padding }));
  const within = leftOver.every(count => count === 0)
    ? slid
    : emit.slice(slid, [2, 3], [0, 0], shape.slice(0, 2));
  return transpose(emit, within, [2, 3, 0, 1]); // [C,O,kh,kw] → [kh,kw,C,O]
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

import { type Shape, sameShape } from '../../core/shape.ts';
import { type AttributesOf, compositeNamed, type Tensor } from '../../graph/index.ts';
import { paddedChannels } from '../common.ts';
import type { Emitter } from '../emitter.ts';
import type { Constants } from './constants.ts';

/**
 * A convolution with a constant kernel, the scale and shift of its result folded into kernel and bias.
 * A k×k convolution of an upsampled image becomes one (k+1)×(k+1) transposed convolution of stride 2.
 */
export function convolve(emit: Emitter, { x: tensor, scale, shift }: Affine, constants: Constants): string {
  const [x, kernelTensor] = tensor.inputs as [Tensor, Tensor];
  const kernel = { values: constants.required(kernelTensor), shape: kernelTensor.shape };
  const layer =
    tensor.op.name === 'conv2dInput'
      ? transposed(tensor, x, kernel)
      : (upsampled(tensor, x, kernel) ?? plain(tensor, x, kernel));
  const name = tensor.scope;
  const channels = layer.kernel.shape[axesOf(layer)[1]]!;
  const padded = layer.type === 'Conv' ? paddedChannels(channels) : channels;
  const image = emit.pad(emit.value(layer.x), [0, 0, 0, 0], [0, padded - channels, 0, 0]);
  const operands = [image, weightsOf(emit, `${name}/kernel`, layer, scale, padded)];
  if (shift) operands.push(emit.builder.weights(`${name}/bias`, Float32Array.from(shift), [shift.length]));
  return emit.node(layer.type, operands, layer.attributes);
}

/** Whether `tensor` is a convolution of its own, rather than the last op of a composite op's expansion. */
export function isConvolution({ op, composite }: Tensor): boolean {
  return !composite && (op.name === 'conv2d' || op.name === 'conv2dInput');
}

interface Kernel {
  readonly values: ArrayLike<number>;
  /** Height, width, and two axes of channels. */
  readonly shape: Shape;
}

interface Layer {
  readonly type: 'Conv' | 'ConvTranspose';
  readonly x: Tensor;
  readonly kernel: Kernel;
  /** Which of the kernel's axes are the results' channels. */
  readonly outputAxis: 2 | 3;
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

function plain(tensor: Tensor, x: Tensor, kernel: Kernel): Layer {
  const { stride, padding } = tensor.attributes as AttributesOf<'conv2d'>;
  const attributes = { kernel_shape: kernel.shape.slice(0, 2), strides: [stride, stride], pads: padding };
  return { type: 'Conv', x, kernel, outputAxis: 3, attributes };
}

function transposed(tensor: Tensor, x: Tensor, kernel: Kernel): Layer {
  const { stride, padding, inputShape } = tensor.attributes as AttributesOf<'conv2dInput'>;
  const missing = [0, 1].map(i => {
    const length = (x.shape[1 + i]! - 1) * stride + kernel.shape[i]! - padding[i]! - padding[2 + i]!;
    return inputShape[1 + i]! - length;
  });
  const attributes = {
    kernel_shape: kernel.shape.slice(0, 2),
    strides: [stride, stride],
    pads: padding,
    ...(missing.some(count => count !== 0) && { output_padding: missing }),
  };
  return { type: 'ConvTranspose', x, kernel, outputAxis: 2, attributes };
}

/**
 * With y[i] = Σ w[a] · x[⌊(i+a−p)/2⌋], a pixel n of x meets the taps w[2n+p−i] and w[2n+p+1−i]; as a transposed
 * convolution its kernel is W[t] = w[k−t] + w[k−1−t], t from 0 to k, cut by k−1−p before and p after.
 */
function upsampled(tensor: Tensor, x: Tensor, { values, shape }: Kernel): Layer | null {
  const { stride, padding } = tensor.attributes as AttributesOf<'conv2d'>;
  const [k, across, inputs, outputs] = shape as [number, number, number, number];
  const [top, left, bottom, right] = padding as [number, number, number, number];
  const keepsSize = k === across && top + bottom === k - 1 && left + right === k - 1;
  if (x.op.name !== 'upsample2d' || stride !== 1 || !keepsSize) return null;
  const summed = new Float64Array((k + 1) * (k + 1) * inputs * outputs);
  const block = inputs * outputs;
  for (let t = 0; t <= k; t++)
    for (let u = 0; u <= k; u++)
      for (const a of [k - t, k - 1 - t])
        for (const b of [k - u, k - 1 - u]) {
          if (a < 0 || b < 0 || a >= k || b >= k) continue;
          const [to, from] = [(t * (k + 1) + u) * block, (a * k + b) * block];
          for (let i = 0; i < block; i++) summed[to + i]! += values[from + i]!;
        }
  return {
    type: 'ConvTranspose',
    x: x.inputs[0]!,
    kernel: { values: summed, shape: [k + 1, k + 1, inputs, outputs] },
    outputAxis: 3,
    attributes: {
      kernel_shape: [k + 1, k + 1],
      strides: [2, 2],
      pads: [k - 1 - top, k - 1 - left, top, left],
    },
  };
}

/** Which of the kernel's axes are ONNX's first two: results' and image's channels for Conv, the reverse for ConvTranspose. */
function axesOf({ type, outputAxis }: Layer): [2 | 3, 2 | 3] {
  return (type === 'Conv') === (outputAxis === 2) ? [2, 3] : [3, 2];
}

/** A layer's kernel, scaled by a factor for each of the results' channels, as an initialiser with `rows` rows, zero beyond its second axis. */
function weightsOf(
  emit: Emitter,
  name: string,
  layer: Layer,
  scale: Float64Array | null,
  rows: number,
): string {
  const { kernel, outputAxis } = layer;
  const { values, shape } = kernel;
  const [height, width, a, b] = shape as [number, number, number, number];
  const taps = height * width;
  const [axis] = axesOf(layer);
  const first = shape[axis]!;
  const result = new Float32Array(first * rows * taps);
  const [stepA, stepB] = axis === 2 ? [rows * taps, taps] : [taps, rows * taps];
  // In this order what is written fills one cache line after the other; others take up to three times as long.
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++) {
      const factor = scale ? scale[outputAxis === 2 ? i : j]! : 1;
      const to = i * stepA + j * stepB;
      for (let tap = 0; tap < taps; tap++) result[to + tap] = factor * values[(tap * a + i) * b + j]!;
    }
  return emit.builder.weights(name, result, [first, rows, height, width]);
}

/** x · scale + shift with a constant for each channel; null if it would be 1 or 0. */
interface Affine {
  readonly x: Tensor;
  readonly scale: Float64Array | null;
  readonly shift: Float64Array | null;
}

/**
 * `tensor` as a scale and a shift of the tensor in front of its bias or of its batch norm with given statistics, or of
 * several of these in a row.
 */
export function affineOf(tensor: Tensor, constants: Constants): Affine {
  const step = batchNormOf(tensor, constants) ?? biasOf(tensor, constants);
  return step ? after(affineOf(step.x, constants), step) : { x: tensor, scale: null, shift: null };
}

/** A batch norm with given statistics: scale γ / √(σ² + ε), shift β − μ · scale. */
function batchNormOf(tensor: Tensor, constants: Constants): Affine | null {
  const norm = compositeNamed(tensor, 'batchNormInference');
  if (!norm) return null;
  const [x, ...parameters] = norm.inputs as [Tensor, ...Tensor[]];
  const [gamma, beta, mean, variance] = parameters.map(each => constants.required(each));
  // Rounded to float32, as in the composite op's expansion.
  const epsilon = Math.fround(norm.attributes.epsilon);
  const scale = Float64Array.from(gamma!, (value, i) => value / Math.sqrt(variance![i]! + epsilon));
  return { x, scale, shift: Float64Array.from(beta!, (value, i) => value - mean![i]! * scale[i]!) };
}

/** A constant per channel, added to an image. */
function biasOf(tensor: Tensor, constants: Constants): Affine | null {
  if (tensor.composite || tensor.op.name !== 'add') return null;
  const [x, bias] = tensor.inputs as [Tensor, Tensor];
  const values = sameShape(bias.shape, x.shape.slice(3)) ? constants.valuesOf(bias) : null;
  return values && { x, scale: null, shift: Float64Array.from(values) };
}

/** `inner` followed by `outer`. */
function after(inner: Affine, outer: Affine): Affine {
  const scaled = (values: Float64Array | null) =>
    values && (outer.scale ? values.map((value, i) => value * outer.scale![i]!) : values);
  const shift = scaled(inner.shift);
  return {
    x: inner.x,
    scale: scaled(inner.scale) ?? outer.scale,
    shift: shift && outer.shift ? shift.map((value, i) => value + outer.shift![i]!) : (shift ?? outer.shift),
  };
}

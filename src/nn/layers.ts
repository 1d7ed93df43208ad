import { showShape } from '../core/shape.ts';
import * as graph from '../graph/index.ts';
import {
  add,
  averagePool2d,
  blur,
  conv2d,
  conv2dInput,
  divide,
  multiply,
  samePadding,
  sumPool2d,
  type Tensor,
  upsample2d,
  withScope,
} from '../graph/index.ts';
import { type Initializer, zeros } from './initializers.ts';
import { spectralNorm } from './spectral-norm.ts';
import type { Variables } from './variables.ts';

/** How a network behaves in one pass: Keras' training or inference mode, or a mixture. */
export interface Mode {
  /** Whether batch norms use the batch's statistics and update their moving averages, instead of using the averages. */
  readonly batchStatistics: boolean;
  readonly dropout: boolean;
}

export const trainingMode: Mode = { batchStatistics: true, dropout: true };
export const inferenceMode: Mode = { batchStatistics: false, dropout: false };

export interface ConvOptions {
  readonly filters: number;
  /** Height and width of the kernel; default 4. */
  readonly kernelSize?: number;
  readonly stride: number;
  /** 'same' is TensorFlow's rule; a number is the padding of every side. */
  readonly padding: 'same' | number;
  readonly bias: boolean;
  readonly initializer: Initializer;
  /** Whether the layer's input is blurred first. */
  readonly blur?: boolean;
  /** Whether the kernel is divided by its spectral norm. */
  readonly spectral?: boolean;
}

/** Convolution, [N,H,W,C] → [N,h,w,filters]; kernel [k,k,C,filters]. */
export function conv(variables: Variables, x: Tensor, options: ConvOptions): Tensor {
  return withScope('conv', () => {
    const { filters, kernelSize: k = 4, stride, initializer } = options;
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const kernel = variables.parameter('kernel', [k, k, channels, filters], initializer);
    const padding =
      options.padding === 'same'
        ? samePadding([height, width], [k, k], stride)
        : new Array<number>(4).fill(options.padding);
    const y = conv2d(options.blur ? blur(x) : x, kernel, { stride, padding });
    // Dividing the output is the same as dividing the kernel, which is larger in deep layers.
    const scaled = options.spectral ? divide(y, spectralNorm(variables, kernel)) : y;
    return withBias(variables, scaled, options.bias);
  });
}

export interface EnlargeOptions {
  readonly filters: number;
  readonly bias: boolean;
  readonly initializer: Initializer;
  /** Default 4; the result of 3 is cropped to twice the size. */
  readonly kernelSize?: 3 | 4;
}

/**
 * Transposed convolution of stride 2, [N,H,W,C] → [N,2H,2W,filters].
 * Kernel [k,k,filters,C], the layout that Keras gives to a transposed convolution.
 */
export function convTranspose(variables: Variables, x: Tensor, options: EnlargeOptions): Tensor {
  return withScope('conv', () => {
    const { filters, kernelSize: k = 4, initializer } = options;
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const kernel = variables.parameter('kernel', [k, k, filters, channels], initializer);
    const outputShape = [batch, 2 * height, 2 * width, filters];
    const y = conv2dInput(x, kernel, outputShape, { stride: 2, padding: [1, 1, 1, 1] });
    return withBias(variables, y, options.bias);
  });
}

/** How a decoder upsamples by 2: a transposed convolution, or nearest neighbour or bilinear and then a 3×3 convolution. */
export const upsamplings = ['transposed', 'resize', 'bilinear'] as const;
export type Upsampling = (typeof upsamplings)[number];

/**
 * [N,H,W,C] → [N,2H,2W,filters]. Resizing first avoids checkerboards (Odena et al. 2016, doi:10.23915/distill.00003).
 * Bilinear is nearest neighbour and a blur, here of the convolution's result, which has fewer channels.
 * @param options the kernel size is that of the transposed convolution.
 */
export function enlarge(
  variables: Variables,
  x: Tensor,
  upsampling: Upsampling,
  options: EnlargeOptions,
): Tensor {
  if (upsampling === 'transposed') return convTranspose(variables, x, options);
  const y = conv(variables, upsample2d(x), { ...options, kernelSize: 3, stride: 1, padding: 1 });
  return upsampling === 'bilinear' ? blur(y) : y;
}

function withBias(variables: Variables, x: Tensor, bias: boolean): Tensor {
  return bias ? add(x, variables.parameter('bias', [x.shape.at(-1)!], zeros)) : x;
}

/** Zeroes a share of the values and scales up the others, so that the mean stays the same (Srivastava et al. 2014). */
export function dropout(variables: Variables, x: Tensor, rate: number, mode: Mode): Tensor {
  if (rate === 0 || !mode.dropout) return x;
  return withScope('dropout', () => graph.dropout(x, variables.mask(x.shape, rate), rate));
}

/**
 * Half the size by 3×3 average pooling of stride 2, [N,H,W,C] → [N,⌈H/2⌉,⌈W/2⌉,C].
 * Pix2PixHD shrinks images like this for its coarser discriminators (Wang et al. 2018, arXiv:1711.11585, section 3.2).
 */
export function halve(x: Tensor): Tensor {
  return averagePool2d(x, { size: 3, stride: 2, padding: 1 });
}

/** Halves images, by averaging 2×2 blocks, until they have the height and width of `shape`: [N,H,W,C] → [N,h,w,C]. */
export function averagePoolTo(x: Tensor, shape: readonly number[]): Tensor {
  let mean = x;
  while (mean.shape[1]! > shape[1]!) mean = multiply(sumPool2d(mean), 1 / 4);
  if (mean.shape[1] === shape[1] && mean.shape[2] === shape[2]) return mean;
  throw new Error(`Cannot halve ${showShape(x.shape)} to the size of ${showShape(shape)}`);
}

import {
  add,
  conv2d,
  conv2dInput,
  divide,
  multiply,
  reshape,
  samePadding,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  withScope,
} from '../graph/index.ts';
import { type Initializer, ones, zeros } from './initializers.ts';
import type { Variables } from './variables.ts';

/** How a network behaves in one pass. Keras calls the two usual ones training and inference mode. */
export interface Mode {
  /** Batch norms normalise by this batch's statistics and move their averages; otherwise they use the averages. */
  readonly batchStatistics: boolean;
  readonly dropout: boolean;
}

export const trainingMode: Mode = { batchStatistics: true, dropout: true };
export const inferenceMode: Mode = { batchStatistics: false, dropout: false };

export interface ConvOptions {
  readonly filters: number;
  readonly stride: number;
  /** 'same' is TensorFlow's rule; a number pads every side by as much. */
  readonly padding: 'same' | number;
  readonly bias: boolean;
  readonly initializer: Initializer;
}

const KERNEL_SIZE = 4;

/** 4×4 convolution, [N,H,W,C] → [N,h,w,filters]; kernel [4,4,C,filters]. */
export function conv(variables: Variables, x: Tensor, options: ConvOptions): Tensor {
  return withScope('conv', () => {
    const { filters, stride, initializer } = options;
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const kernel = variables.parameter('kernel', [KERNEL_SIZE, KERNEL_SIZE, channels, filters], initializer);
    const padding =
      options.padding === 'same'
        ? samePadding([height, width], [KERNEL_SIZE, KERNEL_SIZE], stride)
        : new Array<number>(4).fill(options.padding);
    return withBias(variables, conv2d(x, kernel, { stride, padding }), options.bias);
  });
}

/**
 * Transposed 4×4 convolution of stride 2, [N,H,W,C] → [N,2H,2W,filters].
 * Kernel [4,4,filters,C], the layout that Keras gives to a transposed convolution.
 */
export function convTranspose(
  variables: Variables,
  x: Tensor,
  options: Pick<ConvOptions, 'filters' | 'bias' | 'initializer'>,
): Tensor {
  return withScope('conv', () => {
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const shape = [KERNEL_SIZE, KERNEL_SIZE, options.filters, channels];
    const kernel = variables.parameter('kernel', shape, options.initializer);
    const outputShape = [batch, 2 * height, 2 * width, options.filters];
    const y = conv2dInput(x, kernel, outputShape, { stride: 2, padding: [1, 1, 1, 1] });
    return withBias(variables, y, options.bias);
  });
}

function withBias(variables: Variables, x: Tensor, bias: boolean): Tensor {
  return bias ? add(x, variables.parameter('bias', [x.shape.at(-1)!], zeros)) : x;
}

export interface BatchNormOptions {
  /** Share of the old average that a step keeps (Keras' meaning of momentum). */
  readonly momentum: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Of the scale γ; the shift β starts at 0. */
  readonly gammaInitializer: Initializer;
}

export const kerasBatchNorm: BatchNormOptions = { momentum: 0.99, epsilon: 1e-3, gammaInitializer: ones };

/** Batch normalisation per channel (Ioffe & Szegedy 2015), [N,H,W,C] → the same shape. */
export function batchNorm(variables: Variables, x: Tensor, options: BatchNormOptions, mode: Mode): Tensor {
  return withScope('norm', () => {
    const shape = [x.shape.at(-1)!];
    const gamma = variables.parameter('gamma', shape, options.gammaInitializer);
    const beta = variables.parameter('beta', shape, zeros);
    const movingMean = variables.state('moving_mean', shape, zeros);
    const movingVariance = variables.state('moving_variance', shape, ones);
    if (!mode.batchStatistics) {
      const scale = divide(gamma, sqrt(add(movingVariance, options.epsilon)));
      return add(multiply(x, scale), subtract(beta, multiply(movingMean, scale)));
    }
    const count = x.shape[0]! * x.shape[1]! * x.shape[2]!;
    const mean = multiply(sum(x, [0, 1, 2]), 1 / count);
    const centred = subtract(x, mean);
    const variance = multiply(sum(square(centred), [0, 1, 2]), 1 / count);
    // The average takes the unbiased variance, N/(N−1); the normalisation itself the biased one.
    const unbiased = multiply(variance, count / Math.max(count - 1, 1));
    variables.update('moving_mean', moved(movingMean, reshape(mean, shape), options.momentum));
    variables.update('moving_variance', moved(movingVariance, reshape(unbiased, shape), options.momentum));
    const scale = divide(gamma, sqrt(add(variance, options.epsilon)));
    return add(multiply(centred, scale), beta);
  });
}

function moved(average: Tensor, value: Tensor, momentum: number): Tensor {
  return add(multiply(average, momentum), multiply(value, 1 - momentum));
}

/** Zeroes a share of the values and scales up the rest, so that the mean stays (Srivastava et al. 2014). */
export function dropout(variables: Variables, x: Tensor, rate: number, mode: Mode): Tensor {
  if (rate === 0 || !mode.dropout) return x;
  return withScope('dropout', () => multiply(x, variables.mask(x.shape, rate)));
}

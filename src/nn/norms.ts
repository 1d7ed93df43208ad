import * as graph from '../graph/index.ts';
import { add, multiply, reshape, type Tensor, withScope } from '../graph/index.ts';
import { type Initializer, normal, ones, zeros } from './initializers.ts';
import type { Mode } from './layers.ts';
import type { Variables } from './variables.ts';

export interface BatchNormOptions {
  /** Share of the old moving average that a step keeps (momentum in Keras' sense). */
  readonly momentum: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Initialises the scale γ; the shift β starts at 0. */
  readonly gammaInitializer: Initializer;
}

export const kerasBatchNorm: BatchNormOptions = { momentum: 0.99, epsilon: 1e-3, gammaInitializer: ones };

/**
 * Batch norm as in the PyTorch code of Isola et al. 2017: initial scales N(1, 0.02²), ε 1e-5, and moving averages that take
 * a tenth of the new statistics in each step. Instance norm has the same ε.
 */
export const paperBatchNorm: BatchNormOptions = {
  momentum: 0.9,
  epsilon: 1e-5,
  gammaInitializer: normal(1, 0.02),
};

/** What a network normalises: activations by statistics of the batch or of each image, kernels, or nothing. */
export const normKinds = ['batch', 'instance', 'spectral', 'none'] as const;
export type NormKind = (typeof normKinds)[number];

/**
 * Batch or instance norm, [N,H,W,C] → the same shape. `none` and `spectral` return x: spectral norm acts on kernels, in
 * `conv`.
 */
export function normalize(
  variables: Variables,
  x: Tensor,
  kind: NormKind,
  options: BatchNormOptions,
  mode: Mode,
): Tensor {
  if (kind === 'none' || kind === 'spectral') return x;
  return kind === 'batch' ? batchNorm(variables, x, options, mode) : instanceNorm(x, options.epsilon);
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167) by the batch's statistics or by their moving averages, as
 * the mode says; [N,H,W,C] → the same shape.
 */
export function batchNorm(variables: Variables, x: Tensor, options: BatchNormOptions, mode: Mode): Tensor {
  return withScope('norm', () => {
    const shape = [x.shape.at(-1)!];
    const gamma = variables.parameter('gamma', shape, options.gammaInitializer);
    const beta = variables.parameter('beta', shape, zeros);
    const movingMean = variables.state('moving_mean', shape, zeros);
    const movingVariance = variables.state('moving_variance', shape, ones);
    if (!mode.batchStatistics) {
      const statistics = { mean: movingMean, variance: movingVariance };
      return graph.batchNormInference(x, gamma, beta, statistics, options.epsilon);
    }
    const { output, mean, variance } = graph.batchNormTraining(x, gamma, beta, options.epsilon);
    // The moving average takes the unbiased variance, N/(N−1); the normalisation itself the biased one.
    const count = x.shape[0]! * x.shape[1]! * x.shape[2]!;
    const unbiased = multiply(variance, count / Math.max(count - 1, 1));
    variables.update('moving_mean', movingAverage(movingMean, reshape(mean, shape), options.momentum));
    variables.update(
      'moving_variance',
      movingAverage(movingVariance, reshape(unbiased, shape), options.momentum),
    );
    return output;
  });
}

function movingAverage(average: Tensor, value: Tensor, momentum: number): Tensor {
  return add(multiply(average, momentum), multiply(value, 1 - momentum));
}

/**
 * Instance normalisation by each image's own statistics, in training and afterwards alike, without scale and shift, as
 * CycleGAN and Pix2PixHD use it; [N,H,W,C] → the same shape.
 */
export function instanceNorm(x: Tensor, epsilon: number): Tensor {
  return withScope('norm', () => graph.instanceNorm(x, epsilon));
}

import { add, divide, multiply, sqrt, square, subtract } from '../ops/elementwise.ts';
import type { Tensor } from '../tensor.ts';
import { mean } from './averages.ts';
import { composite } from './composite.ts';

/**
 * Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015, arXiv:1502.03167): γ · (x − μ) / √(σ² + ε) + β per channel;
 * [N,H,W,C] → `output` of the same shape, `mean` and biased `variance` [1,1,1,C]. γ and β are [C].
 */
export function batchNormTraining(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
): { readonly output: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const { centred, average, variance } = moments(x, [0, 1, 2]);
  const scale = divide(gamma, deviation(variance, epsilon));
  const expansion = add(multiply(centred, scale), beta);
  const output = composite('batchNormTraining', [x, gamma, beta], { epsilon }, expansion);
  return { output, mean: average, variance };
}

/** Batch normalisation by given statistics, each [C] like γ and β; [N,H,W,C] → the same shape. */
export function batchNormInference(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  statistics: { readonly mean: Tensor; readonly variance: Tensor },
  epsilon: number,
): Tensor {
  const scale = divide(gamma, deviation(statistics.variance, epsilon));
  const expansion = add(multiply(x, scale), subtract(beta, multiply(statistics.mean, scale)));
  const inputs = [x, gamma, beta, statistics.mean, statistics.variance];
  return composite('batchNormInference', inputs, { epsilon }, expansion);
}

/**
 * Instance normalisation (Ulyanov et al. 2016, arXiv:1607.08022), (x − μ) / √(σ² + ε) per channel of each image, without
 * scale and shift; [N,H,W,C] → the same shape.
 */
export function instanceNorm(x: Tensor, epsilon: number): Tensor {
  const { centred, variance } = moments(x, [1, 2]);
  return composite('instanceNorm', [x], { epsilon }, divide(centred, deviation(variance, epsilon)));
}

function moments(x: Tensor, axes: readonly number[]) {
  const average = mean(x, axes);
  const centred = subtract(x, average);
  return { average, centred, variance: mean(square(centred), axes) };
}

const deviation = (variance: Tensor, epsilon: number): Tensor => sqrt(add(variance, epsilon));

import { add, multiply, subtract, type Tensor } from '../graph/index.ts';

// An exponential moving average of weights, which translates with less noise than the weights of any one step.

/**
 * Share of the old average that step `step`, counted from 1, keeps. The first steps keep less of the past,
 * (1 + t) / (10 + t) of it after t steps, so that the initial weights are soon forgotten.
 * @param decay the share that a step keeps in the long run.
 */
export function averageDecayAt(step: number, decay: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

/** average ← decay · average + (1 − decay) · weights, in place. */
export function updateAverage(average: Float32Array, weights: Float32Array, decay: number): void {
  for (let i = 0; i < average.length; i++) average[i] = decay * average[i]! + (1 - decay) * weights[i]!;
}

/** {@link updateAverage} as graph: the new average; `weight` is 1 − decay. */
export function averagedGraph(average: Tensor, weights: Tensor, weight: Tensor): Tensor {
  return add(average, multiply(subtract(weights, average), weight));
}

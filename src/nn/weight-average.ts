import { add, multiply, subtract, type Tensor } from '../graph/index.ts';

// An exponential moving average of weights, which translates with less noise than the weights of any one step.

/**
 * Share of the old average that step `step`, counted from 1, keeps. The first steps keep less of the past,
 * (1 + t) / (10 + t) of it after t steps, so that the initial weights are soon forgotten.
 * @param decay the share that a step keeps in the long run.
 */
export function keptShare(step: number, decay: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

/** Takes `weights` into `average`, in place. */
export function follow(average: Float32Array, weights: Float32Array, kept: number): void {
  for (let i = 0; i < average.length; i++) average[i] = kept * average[i]! + (1 - kept) * weights[i]!;
}

/** {@link follow}; `taken` is 1 − kept. */
export function followed(average: Tensor, weights: Tensor, taken: Tensor): Tensor {
  return add(average, multiply(subtract(weights, average), taken));
}

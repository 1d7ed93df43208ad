/** Weights averaged over the course of training, which translate with less noise than any of its steps. */
export interface WeightAverage {
  /** With `counts` its state, live. */
  readonly values: Float32Array;
  readonly counts: { steps: number };
  /** Takes the weights as they are now into the average. */
  follow(): void;
  /** Counts a step and says what share of the old average it keeps. */
  nextKept(): number;
}

/**
 * An exponential moving average of `weights`. While few steps were taken it keeps less of the past,
 * (1 + t) / (10 + t) of it after t steps, so that it doesn't cling to the initial weights.
 * @param decay share of the old average that a step keeps in the long run.
 */
export function averageWeights(weights: Float32Array, decay: number): WeightAverage {
  const values = Float32Array.from(weights);
  const counts = { steps: 0 };
  const nextKept = () => {
    counts.steps++;
    return Math.min(decay, (1 + counts.steps) / (10 + counts.steps));
  };
  return {
    values,
    counts,
    nextKept,
    follow: () => {
      const kept = nextKept();
      for (let i = 0; i < values.length; i++) values[i] = kept * values[i]! + (1 - kept) * weights[i]!;
    },
  };
}

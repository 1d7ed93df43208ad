import type { Random } from '../core/random.ts';

/** A mean with the interval that would hold it in 95 of 100 repetitions with other pictures. */
export interface Estimate {
  readonly mean: number;
  /** Null where there are too few values for one. */
  readonly interval: readonly [low: number, high: number] | null;
  /** How many values it comes from. */
  readonly count: number;
}

const RESAMPLES = 2000;
const LEVEL = 0.95;

/**
 * Mean and percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13): 2,000 resamples with replacement.
 * Null where there are no values; a single one has no interval.
 */
export function estimateMean(values: readonly number[], random: Random): Estimate | null {
  if (values.length === 0) return null;
  const interval = values.length < 2 ? null : percentileInterval(resampledMeans(values, random));
  return { mean: meanOf(values), interval, count: values.length };
}

/** The middle 95 % of resampled statistics. */
export function percentileInterval(statistics: Float64Array): [low: number, high: number] {
  const sorted = statistics.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at((1 - LEVEL) / 2), at((1 + LEVEL) / 2)];
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function resampledMeans(values: readonly number[], random: Random): Float64Array {
  return new Float64Array(RESAMPLES).map(() => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.integer(values.length)]!;
    return sum / values.length;
  });
}

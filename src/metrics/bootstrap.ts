import type { Random } from '../core/random.ts';

/** A mean, or another statistic, with its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  /** Null if there are too few values. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Number of values. */
  readonly count: number;
}

const RESAMPLES = 2000;
const LEVEL = 0.95;

/**
 * Mean and percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13): 2,000 resamples with replacement. Null
 * if there are no values; a single value has no interval.
 */
export function estimateMean(values: readonly number[], random: Random): Estimate | null {
  return estimate(values, meanOf, random);
}

/** Like {@link estimateMean}, for any statistic of the items; null if it is not defined. */
export function estimate<Item>(
  items: readonly Item[],
  statistic: (sample: readonly Item[]) => number | null,
  random: Random,
): Estimate | null {
  const mean = items.length === 0 ? null : statistic(items);
  if (mean === null) return null;
  const interval = items.length < 2 ? null : middleOf(resampled(items, statistic, random));
  return { mean, interval, count: items.length };
}

export function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function resampled<Item>(
  items: readonly Item[],
  statistic: (sample: readonly Item[]) => number | null,
  random: Random,
): number[] {
  const sample = [...items];
  const statistics: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    for (let k = 0; k < sample.length; k++) sample[k] = items[random.integer(items.length)]!;
    const value = statistic(sample);
    if (value !== null) statistics.push(value);
  }
  return statistics;
}

/** The middle 95 % of resampled statistics. */
export function middleOf(statistics: readonly number[]): [low: number, high: number] {
  const sorted = statistics.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at((1 - LEVEL) / 2), at((1 + LEVEL) / 2)];
}

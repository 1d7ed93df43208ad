import type { Random } from '../core/random.ts';
import { type Estimate, estimateMean, meanOf } from './bootstrap.ts';

/** How much two methods differ on the same pictures. */
export interface PairedDifference {
  /** Mean of the second's value minus the first's. */
  readonly difference: Estimate;
  /** Two-sided p-value: how often chance alone would give a difference at least as large. */
  readonly p: number;
}

const PERMUTATIONS = 9999;

/**
 * Paired permutation test (Good 2005, section 3.2): under the null hypothesis each picture's difference is as likely to
 * have the other sign. Null if no picture has both values.
 */
export function pairedTest(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
  random: Random,
): PairedDifference | null {
  const differences = first.flatMap((a, i) => {
    const b = second[i] ?? null;
    return a === null || b === null ? [] : [b - a];
  });
  const difference = estimateMean(differences, random);
  if (!difference) return null;
  const observed = Math.abs(meanOf(differences)) * differences.length;
  let asExtreme = 1;
  for (let i = 0; i < PERMUTATIONS; i++) {
    let sum = 0;
    for (const value of differences) sum += random.uniform() < 0.5 ? value : -value;
    // Sums that differ only by rounding count as equal.
    if (Math.abs(sum) >= observed * (1 - 1e-12)) asExtreme++;
  }
  return { difference, p: asExtreme / (PERMUTATIONS + 1) };
}

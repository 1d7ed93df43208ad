import type { Random } from '../core/random.ts';
import { spread } from '../core/spread.ts';
import { type Estimate, middleOf } from './bootstrap.ts';

const SUBSETS = 1000;
/** More pairs would take minutes and gigabytes; evenly spaced ones are used. */
const MOST = 2000;
/** With fewer, a half would have less than two. */
const FEWEST_FOR_INTERVAL = 4;

/**
 * Kernel inception distance (Bińkowski et al. 2018, arXiv:1801.01401): the squared maximum mean discrepancy of features
 * under k(x, y) = (x·y / D + 1)³, without bias, over pairs of a picture's features and its truth's, [D] each.
 *
 * A picture and its own truth depend on each other, so such pairs are left out of the cross term. This is the estimate
 * of Gretton et al. 2012, equation 4: it is unbiased for such pairs too, and 0 for pictures equal to their truths. The
 * interval holds 95 % of the estimates of 1,000 random halves; these scatter about the estimate of all pairs as much as
 * that one does about the true distance. Of more than 2,000 pairs, 2,000 are used. Null for fewer than two.
 */
export function kernelDistance(
  pictures: readonly Float32Array[],
  truths: readonly Float32Array[],
  random: Random,
): Estimate | null {
  if (pictures.length > MOST) return kernelDistance(spread(pictures, MOST), spread(truths, MOST), random);
  const count = pictures.length;
  if (count < 2) return null;
  const terms = pairTerms(pictures, truths);
  const order = Array.from({ length: count }, (_, i) => i);
  const mean = meanOver(order, terms);
  if (count < FEWEST_FOR_INTERVAL) return { mean, interval: null, count };
  const half = count >> 1;
  const estimates = Array.from({ length: SUBSETS }, () => {
    for (let i = 0; i < half; i++) {
      const other = i + random.integer(count - i);
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    return meanOver(order.slice(0, half), terms);
  });
  return { mean, interval: middleOf(estimates), count };
}

/** h(i, j) = k(xᵢ, xⱼ) + k(yᵢ, yⱼ) − k(xᵢ, yⱼ) − k(xⱼ, yᵢ), symmetric, row by row. */
function pairTerms(x: readonly Float32Array[], y: readonly Float32Array[]): Float64Array[] {
  const terms = x.map(() => new Float64Array(x.length));
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const term = kernel(x[i]!, x[j]!) + kernel(y[i]!, y[j]!) - kernel(x[i]!, y[j]!) - kernel(x[j]!, y[i]!);
      terms[i]![j] = term;
      terms[j]![i] = term;
    }
  }
  return terms;
}

function kernel(x: Float32Array, y: Float32Array): number {
  let product = 0;
  for (let k = 0; k < x.length; k++) product += x[k]! * y[k]!;
  return (product / x.length + 1) ** 3;
}

/** Mean of h(i, j) over i ≠ j. */
function meanOver(chosen: readonly number[], terms: readonly Float64Array[]): number {
  let sum = 0;
  for (const i of chosen) {
    const row = terms[i]!;
    for (const j of chosen) sum += row[j]!;
  }
  return sum / (chosen.length * (chosen.length - 1));
}

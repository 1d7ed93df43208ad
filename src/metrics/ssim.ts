import type { Image } from '../core/image.ts';
import { assertComparable, type Plane, planesOf } from './planes.ts';

/** Wang et al. 2004, section III-C: an 11×11 Gaussian window of σ 1.5, K₁ 0.01, K₂ 0.03, 8-bit range. */
const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

const weights = gaussian(WINDOW, SIGMA);

/** The smallest side of a picture that the window fits into. */
export const leastSsimSide = WINDOW;

/**
 * Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004, doi:10.1109/TIP.2003.819861): mean over the places where
 * the whole window fits inside the picture, then over channels. From −1 to 1; null if a side is shorter than 11.
 */
export function structuralSimilarity(image: Image, truth: Image): number | null {
  assertComparable(image, truth);
  if (Math.min(image.width, image.height) < WINDOW) return null;
  const truths = planesOf(truth);
  const similarities = planesOf(image).map((plane, channel) => compare(plane, truths[channel]!).similarity);
  return similarities.reduce((sum, value) => sum + value, 0) / similarities.length;
}

/** Mean similarity of two planes, and its contrast-structure part alone. */
export interface Similarity {
  readonly similarity: number;
  readonly structure: number;
}

/** Compares planes that are at least as large as the window. */
export function compare(a: Plane, b: Plane): Similarity {
  const [meanA, meanB] = [blurInside(a), blurInside(b)];
  const [squareA, squareB] = [blurInside(multiply(a, a)), blurInside(multiply(b, b))];
  const product = blurInside(multiply(a, b));
  let [similarity, structure] = [0, 0];
  for (let i = 0; i < product.length; i++) {
    const [x, y] = [meanA[i]!, meanB[i]!];
    const covariance = product[i]! - x * y;
    const variances = squareA[i]! - x * x + squareB[i]! - y * y;
    const here = (2 * covariance + C2) / (variances + C2);
    structure += here;
    similarity += (here * (2 * x * y + C1)) / (x * x + y * y + C1);
  }
  return { similarity: similarity / product.length, structure: structure / product.length };
}

/** Weighted means under the window at all places where it fits: (W − 10)·(H − 10) values. */
function blurInside({ width, height, values }: Plane): Float64Array {
  const [across, down] = [width - WINDOW + 1, height - WINDOW + 1];
  const rows = new Float64Array(across * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += weights[k]! * values[y * width + x + k]!;
      rows[y * across + x] = sum;
    }
  const means = new Float64Array(across * down);
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let k = 0; k < WINDOW; k++) sum += weights[k]! * rows[i + k * across]!;
    means[i] = sum;
  }
  return means;
}

function multiply(a: Plane, b: Plane): Plane {
  return { ...a, values: a.values.map((value, i) => value * b.values[i]!) };
}

function gaussian(length: number, sigma: number): Float64Array {
  const raw = Float64Array.from({ length }, (_, i) =>
    Math.exp(-((i - (length - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map(value => value / total);
}

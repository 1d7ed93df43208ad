import type { Image } from '../core/image.ts';
import { assertComparable, type Plane, planesOf } from './planes.ts';
import { compare, leastSsimSide } from './ssim.ts';

/** The scales' exponents, finest first (Wang, Simoncelli, Bovik 2003, section 4). */
const EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/**
 * Multi-scale structural similarity (Wang, Simoncelli, Bovik 2003, doi:10.1109/ACSSC.2003.1292216): contrast and
 * structure at each scale, brightness at the coarsest, over halvings by 2×2 means; mean over channels. If the window
 * does not fit all five scales (below 176 pixels), only those that it fits, with exponents scaled to the same sum.
 * Negative structure counts as 0. From 0 to 1; null if a side is shorter than 11.
 */
export function multiScaleSimilarity(image: Image, truth: Image): number | null {
  assertComparable(image, truth);
  const scales = scalesFor(Math.min(image.width, image.height));
  if (scales === 0) return null;
  const truths = planesOf(truth);
  const values = planesOf(image).map((plane, channel) => overScales(plane, truths[channel]!, scales));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How many scales the window fits into. */
export function scalesFor(side: number): number {
  const halvings = Math.floor(Math.log2(side / leastSsimSide));
  return Math.max(0, Math.min(halvings + 1, EXPONENTS.length));
}

function overScales(image: Plane, truth: Plane, scales: number): number {
  const exponents = EXPONENTS.slice(0, scales);
  const total = exponents.reduce((sum, exponent) => sum + exponent, 0);
  let [a, b, product] = [image, truth, 1];
  exponents.forEach((exponent, scale) => {
    const { similarity, structure } = compare(a, b);
    const value = scale === scales - 1 ? similarity : structure;
    product *= Math.max(value, 0) ** (exponent / total);
    [a, b] = [halve(a), halve(b)];
  });
  return product;
}

/** Means of 2×2 pixels; an odd last row or column is left out. */
function halve({ width, height, values }: Plane): Plane {
  const half = { width: width >> 1, height: height >> 1 };
  const means = new Float64Array(half.width * half.height);
  for (let y = 0; y < half.height; y++)
    for (let x = 0; x < half.width; x++) {
      const at = 2 * y * width + 2 * x;
      const sum = values[at]! + values[at + 1]! + values[at + width]! + values[at + width + 1]!;
      means[y * half.width + x] = sum / 4;
    }
  return { ...half, values: means };
}

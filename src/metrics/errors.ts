import type { Image } from '../core/image.ts';
import { assertComparable } from './planes.ts';

/** Mean |image − truth| over pixels and channels, on the networks' range [−1, 1]: from 0 to 2. */
export function meanAbsoluteDifference(image: Image, truth: Image): number {
  return meanOf(image, truth, Math.abs) / 127.5;
}

/** The value for equal pictures. With 8 bits, one level of difference in one of a million values gives 108 dB. */
const LARGEST_PSNR = 100;

/**
 * Peak signal-to-noise ratio in dB: 10 log₁₀(255² / mean squared difference), over all pixels and channels together. At
 * most 100 dB, the value for equal pictures, so that means stay finite.
 */
export function peakSignalToNoise(image: Image, truth: Image): number {
  const squared = meanOf(image, truth, difference => difference * difference);
  return Math.min(10 * Math.log10(255 ** 2 / squared), LARGEST_PSNR);
}

function meanOf(image: Image, truth: Image, of: (difference: number) => number): number {
  assertComparable(image, truth);
  let sum = 0;
  for (let i = 0; i < image.data.length; i++) sum += of(image.data[i]! - truth.data[i]!);
  return sum / image.data.length;
}

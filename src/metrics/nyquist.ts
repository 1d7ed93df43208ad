import type { Image } from '../core/image.ts';
import { logEnergyRatio } from './log-energy-ratio.ts';
import { assertComparable, lumaOf, type Plane } from './planes.ts';

const WINDOW = 16;

/** What rounding to whole levels leaves: noise of variance 1/12 in each of the three patterns. */
const ROUNDING = 3 / 12 / WINDOW ** 2;

/**
 * How far the energy at the Nyquist frequency is from the truth's, in either direction: |ln(energy / truth's energy)|.
 * Null if a side is shorter than 16 pixels.
 */
export function nyquistError(image: Image, truth: Image): number | null {
  assertComparable(image, truth);
  if (Math.min(image.width, image.height) < WINDOW) return null;
  return logEnergyRatio(nyquistEnergy(lumaOf(image)), nyquistEnergy(lumaOf(truth)), ROUNDING);
}

/**
 * Energy at the Nyquist frequency: the mean squared amplitude of patterns that alternate from pixel to pixel along x,
 * along y or along both, coherently over windows of 16×16, in squared levels. It is high for checkerboard artefacts
 * (Odena et al. 2016, doi:10.23915/distill.00003) and low for photos. 0 if no window fits.
 */
export function nyquistEnergy({ width, height, values }: Plane): number {
  let [energy, windows] = [0, 0];
  for (let top = 0; top + WINDOW <= height; top += WINDOW)
    for (let left = 0; left + WINDOW <= width; left += WINDOW) {
      let [across, down, both] = [0, 0, 0];
      for (let y = 0; y < WINDOW; y++)
        for (let x = 0; x < WINDOW; x++) {
          const value = values[(top + y) * width + left + x]!;
          across += x % 2 === 0 ? value : -value;
          down += y % 2 === 0 ? value : -value;
          both += (x + y) % 2 === 0 ? value : -value;
        }
      energy += (across ** 2 + down ** 2 + both ** 2) / WINDOW ** 4;
      windows++;
    }
  return windows === 0 ? 0 : energy / windows;
}

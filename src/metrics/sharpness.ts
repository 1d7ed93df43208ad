import type { Image } from '../core/image.ts';
import { logEnergyRatio } from './log-energy-ratio.ts';
import { assertComparable, lumaOf, type Plane } from './planes.ts';

/** The gradient energy that rounding to whole levels leaves: noise of variance 1/12 in both pixels of both differences. */
const ROUNDING = 4 / 12;

/**
 * Gradient energy relative to the truth: the mean squared difference between neighbouring pixels' brightness, divided
 * by the truth's. 1 is as sharp as the truth, less is blurred, more is noisy. Null if the truth has no edges at all.
 */
export function relativeSharpness(image: Image, truth: Image): number | null {
  assertComparable(image, truth);
  const wanted = gradientEnergy(lumaOf(truth));
  return wanted === 0 ? null : gradientEnergy(lumaOf(image)) / wanted;
}

/**
 * How far the gradient energy is from the truth's, in either direction: |ln(energy / truth's energy)|. 0 is as sharp as
 * the truth; half and twice its energy both give 0.69.
 */
export function sharpnessError(image: Image, truth: Image): number {
  assertComparable(image, truth);
  return logEnergyRatio(gradientEnergy(lumaOf(image)), gradientEnergy(lumaOf(truth)), ROUNDING);
}

/** Mean over pixels of the squared differences to the right and lower neighbours. */
function gradientEnergy({ width, height, values }: Plane): number {
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (x + 1 < width) sum += (values[at + 1]! - values[at]!) ** 2;
      if (y + 1 < height) sum += (values[at + width]! - values[at]!) ** 2;
    }
  return sum / values.length;
}

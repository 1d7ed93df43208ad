import type { Image } from '../core/image.ts';
import { assertComparable, lumaOf, type Plane } from './planes.ts';

/**
 * Gradient energy relative to the truth: the mean squared difference between neighbouring pixels' brightness, divided
 * by the truth's. 1 is as sharp as the truth, less is blurred, more is noisy. Null if the truth has no edges at all.
 */
export function relativeSharpness(image: Image, truth: Image): number | null {
  assertComparable(image, truth);
  const wanted = gradientEnergy(lumaOf(truth));
  return wanted === 0 ? null : gradientEnergy(lumaOf(image)) / wanted;
}

/** Mean over pixels of the squared differences to the right and lower neighbours. */
export function gradientEnergy({ width, height, values }: Plane): number {
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (x + 1 < width) sum += (values[at + 1]! - values[at]!) ** 2;
      if (y + 1 < height) sum += (values[at + width]! - values[at]!) ** 2;
    }
  return sum / values.length;
}

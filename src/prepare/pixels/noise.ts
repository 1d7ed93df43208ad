import { createImage, type Image } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';

/** Adds independent Gaussian noise of standard deviation `deviation(sample)`, in levels, to every sample. */
export function addNoise(image: Image, random: Random, deviation: (sample: number) => number): Image {
  const noisy = createImage(image.width, image.height, image.channels);
  const clamped = new Uint8ClampedArray(noisy.data.buffer);
  for (let i = 0; i < image.data.length; i++) {
    clamped[i] = image.data[i]! + deviation(image.data[i]!) * random.normal();
  }
  return noisy;
}

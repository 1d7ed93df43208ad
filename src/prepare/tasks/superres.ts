import type { Image } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';
import { imageOf, planesOf } from '../../images/plane.ts';
import { areaResize, cubicWeights, resizeWith } from '../../images/resize.ts';
import { gaussianBlur } from '../pixels/blur.ts';
import { throughJpeg } from '../pixels/jpeg.ts';
import { addNoise } from '../pixels/noise.ts';
import { defineTask } from './task.ts';

/**
 * Low → high resolution. B is degraded like a typical small picture: lens blur, area down-sampling, sensor noise and
 * JPEG, in this order; then it is enlarged to the original size by cubic convolution.
 */
export const superres = defineTask({
  description: 'Photos made smaller and enlarged again; BtoA learns to restore their detail',
  a: 'the photo',
  b: 'the photo after blur, downsampling, noise and JPEG, enlarged again',
  direction: 'BtoA',
  options: {
    scale: {
      kind: 'number',
      default: 4,
      least: 2,
      most: 16,
      whole: true,
      about: 'How many times smaller, such as 2 or 4',
    },
    blur: {
      kind: 'number',
      default: 0.4,
      least: 0,
      most: 4,
      about: 'Largest blur before downsampling, in pixels of the small image',
    },
    noise: {
      kind: 'number',
      default: 3,
      least: 0,
      most: 80,
      about: 'Largest noise: its standard deviation, on a scale of 0 to 255',
    },
    quality: {
      kind: 'number',
      default: 60,
      least: 5,
      most: 100,
      about: 'Lowest JPEG quality; 100: no JPEG. Blur, noise and quality are random for each photo',
    },
  },
  derive(photo, { scale, blur, noise, quality }, random) {
    const width = Math.max(1, Math.round(photo.width / scale));
    const height = Math.max(1, Math.round(photo.height / scale));
    const soft = imageOf(planesOf(photo).map(plane => gaussianBlur(plane, upTo(random, blur) * scale)));
    const small = areaResize(soft, width, height);
    const deviation = upTo(random, noise);
    const noisy = addNoise(small, random, () => deviation);
    const stored = quality < 100 ? throughJpeg(noisy, quality + upTo(random, 95 - quality)) : noisy;
    return enlarge(stored, photo);
  },
});

function upTo(random: Random, most: number): number {
  return random.uniform() * Math.max(0, most);
}

function enlarge(image: Image, { width, height }: Image): Image {
  return resizeWith(image, cubicWeights(image.width, width), cubicWeights(image.height, height));
}

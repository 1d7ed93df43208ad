import type { Image } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';
import { addNoise } from '../pixels/noise.ts';
import { defineTask } from './task.ts';

/** Noisy → clean. */
export const denoise = defineTask({
  description: 'Photos with noise; BtoA learns to remove it',
  a: 'the photo',
  b: 'the photo with noise',
  direction: 'BtoA',
  options: {
    kind: {
      kind: 'choice',
      default: 'camera',
      choices: ['camera', 'gaussian', 'salt'],
      about:
        'camera: stronger in bright places; gaussian: the same everywhere; salt: pixels set to black or white',
    },
    noise: {
      kind: 'number',
      default: 35,
      least: 1,
      most: 120,
      about: 'Largest noise on a scale of 0 to 255; each photo gets half of it to all of it',
    },
  },
  derive(photo, { kind, noise }, random) {
    const amount = noise * (0.5 + 0.5 * random.uniform());
    if (kind === 'salt') return saltAndPepper(photo, random, amount / 255);
    if (kind === 'gaussian') return addNoise(photo, random, () => amount);
    // Photons arrive as a Poisson process: the variance grows with the light. A third of it is the sensor's own noise.
    return addNoise(photo, random, sample => amount * Math.sqrt(1 / 3 + ((2 / 3) * sample) / 255));
  },
});

function saltAndPepper(photo: Image, random: Random, share: number): Image {
  const data = photo.data.slice();
  for (let i = 0; i < data.length; i += 3) {
    if (random.uniform() < share) data.fill(random.uniform() < 0.5 ? 0 : 255, i, i + 3);
  }
  return { ...photo, data };
}

import type { Random } from '../../core/random.ts';
import { createPlane, deepGrayOf, fillPlane, lumaOf, type Plane } from '../../images/plane.ts';
import { backProject, project, rampFilter } from '../pixels/tomography.ts';
import { defineTask } from './task.ts';

// Attenuation along the side of a white picture: e^−4 of the X-rays pass, about as through a body.
const fullAttenuation = 4;

/**
 * Low dose → full dose, as in computed tomography. The gray picture is treated as a slice of tissue, X-rayed from all
 * sides with few photons, whose counts are Poisson distributed, and reconstructed by filtered back-projection. The
 * result, B, has noise that is correlated along lines, and streaks if there are few views. A is the gray picture
 * itself. Both have 16 bits, like real slices.
 */
export const lowdose = defineTask({
  description: 'Photos in gray as low-dose CT scans show them (simulated); BtoA learns to restore them',
  a: 'the photo in gray, 16 bits',
  b: 'its reconstruction from noisy X-ray projections',
  direction: 'BtoA',
  options: {
    photons: {
      kind: 'number',
      default: 20000,
      least: 10,
      most: 1e9,
      about: 'Photons per X-ray, for images of 256 pixels; fewer give more noise',
    },
    views: {
      kind: 'number',
      default: 180,
      least: 4,
      most: 2000,
      whole: true,
      about: 'Number of X-ray directions; fewer give streaks',
    },
  },
  original: photo => deepGrayOf(lumaOf(photo)),
  derive(photo, { photons, views }, random) {
    const luma = lumaOf(photo);
    // Levels → attenuation per pixel, so that a ray along the side of a white picture has `fullAttenuation`.
    const scale = fullAttenuation / (255 * Math.max(luma.width, luma.height));
    const tissue = fillPlane(luma, i => luma.data[i]! * scale);
    // Noise in levels is proportional to side / √count, so this makes it equal at all sizes.
    const sent = photons * (Math.max(luma.width, luma.height) / 256) ** 2;
    const sinogram = measure(project(tissue, views), sent, random);
    const slice = backProject(rampFilter(sinogram), luma.width, luma.height);
    return deepGrayOf(fillPlane(slice, i => slice.data[i]! / scale));
  },
});

/** Line integrals → counted photons → line integrals: −ln(count / sent), with at least one photon counted. */
function measure(sinogram: Plane, photons: number, random: Random): Plane {
  const measured = createPlane(sinogram.width, sinogram.height);
  for (let i = 0; i < measured.data.length; i++) {
    const count = Math.max(1, poisson(random, photons * Math.exp(-sinogram.data[i]!)));
    measured.data[i] = Math.log(photons / count);
  }
  return measured;
}

/** Knuth's product of uniforms for small means; from 30 on, the normal distribution is close enough. */
function poisson(random: Random, mean: number): number {
  if (mean >= 30) return Math.round(mean + Math.sqrt(mean) * random.normal());
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > end; product *= random.uniform()) count++;
  return count;
}

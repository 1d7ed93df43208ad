import type { Image } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';
import { rasterSvg } from '../../images/raster-svg.ts';
import { smoothNoise } from '../facades/drawing/noise.ts';
import { drawAerial } from './draw-aerial.ts';
import { drawMap } from './draw-map.ts';
import { planTown } from './plan.ts';

/** A synthetic part of a town: an aerial view (A) and its map (B), aligned pixel by pixel. */
export async function syntheticMap(random: Random, size: number): Promise<{ a: Image; b: Image }> {
  const plan = planTown(random.split('plan'));
  const aerial = await rasterSvg(drawAerial(plan), size);
  return { a: weather(aerial, random.split('light')), b: await rasterSvg(drawMap(plan), size) };
}

/** Varies the plain colours: stains of two sizes, grain, and brightness. */
function weather(image: Image, random: Random): Image {
  const { width, height, channels } = image;
  const seed = random.integer(0x7fffffff);
  const light = 0.88 + 0.2 * random.uniform();
  const warmth = [1 + 0.04 * random.uniform(), 1, 1 - 0.06 * random.uniform()];
  const data = new Uint8ClampedArray(image.data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(100 * x) / width, (100 * y) / height];
      const stains = smoothNoise(u / 9, v / 9, seed) + 0.6 * smoothNoise(u / 1.7, v / 1.7, seed + 1) - 0.8;
      const grain = 10 * (random.uniform() - 0.5);
      for (let c = 0; c < channels; c++, i++) {
        data[i] = image.data[i]! * (light + 0.22 * stains) * warmth[c]! + grain;
      }
    }
  }
  return { width, height, channels, data: new Uint8Array(data.buffer) };
}

import { describe, expect, it } from 'vitest';
import { facade, opaque, throughJpeg } from '../../../test/reference/inspected-pictures.ts';
import { createImage, type Image } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { shareClasses } from './common-colors.ts';
import { paletteOf } from './palette.ts';

describe('shareClasses', () => {
  /** Four flat areas on white. */
  function flatDrawing(random: Random): Image {
    const image = createImage(64, 64);
    image.data.fill(255);
    for (let area = 0; area < 4; area++) {
      const color = [0, 1, 2].map(() => random.integer(256));
      for (let y = 0; y < 28; y++) {
        for (let x = 0; x < 28; x++) {
          const at = ((y + 2 + 32 * (area >> 1)) * 64 + x + 2 + 32 * (area & 1)) * 3;
          image.data.set(color, at);
        }
      }
    }
    return image;
  }

  const palettesOf = (images: readonly Image[]) => images.map(image => paletteOf(opaque(image)));
  const seeds = Array.from({ length: 12 }, (_, seed) => seed);

  it('distinguishes label maps, which share their colours, from flat drawings with different colours', async () => {
    const labels = await Promise.all(seeds.map(seed => throughJpeg(facade(seed, 128).label, 90)));
    expect(shareClasses(palettesOf(labels))).toBe(true);
    const random = Random.fromSeed(1);
    const drawings = palettesOf(seeds.map(() => flatDrawing(random)));
    expect(drawings.every(({ kind }) => kind === 'label map')).toBe(true);
    expect(shareClasses(drawings)).toBe(false);
    expect(shareClasses(drawings.slice(0, 3))).toBe(true); // too few to tell
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImage, type Image, type Samples } from '../core/image.ts';
import { decodeImage } from '../data/decode.ts';
import type { Half } from '../data/square-photo.ts';
import { writePng } from '../data/write-file.ts';
import { translateFile } from './translate-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'translate-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Left column 10, middle column 20, right column 30. */
function columns(): Image {
  const image = createImage(3, 1);
  image.data.set([10, 10, 10, 20, 20, 20, 30, 30, 30]);
  return image;
}

it.each([
  [undefined, [10, 20, 30]],
  ['A', [10]],
  ['B', [30]],
] as [Half | undefined, number[]][])('translates side %s', async (side, values) => {
  const input = join(folder, 'in.png');
  const output = join(folder, 'new', `${side}.png`);
  await writePng(input, columns());
  const brighter = {
    description: { input: { channels: 3, resampling: 'area' as const } },
    translate: async (image: Image<Samples>) => ({ ...image, data: image.data.map(value => value + 100) }),
    translateRows: () => {
      throw new Error('The picture is small');
    },
  };
  await translateFile(brighter, { input, output }, { side });
  const { data } = await decodeImage(output);
  expect([...data.filter((_, i) => i % 3 === 0)]).toEqual(values.map(value => value + 100));
});

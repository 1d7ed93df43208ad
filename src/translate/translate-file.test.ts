import { existsSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImage, type Image, type Samples } from '../core/image.ts';
import { decodeImage } from '../images/decoding/decode.ts';
import { writePng } from '../images/encoding/encode.ts';
import { tiffHeader } from '../images/encoding/encode-tiff.ts';
import type { Half } from '../images/resize.ts';
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

it.each([
  [
    'floats',
    'big.tif',
    32,
    {},
    /^Cannot translate ".*big.tif": its 9000×9000 pixels take 972.0 MB of memory, and the limit is 268.4 MB; save it as PNG or TIFF of 8 or 16 bits/,
  ],
  [
    '8 bits that are to be resized',
    'eight.tif',
    8,
    { size: [64, 64] },
    /take 1200.0 MB of memory, .*; leave out --resize, or resize the file first$/,
  ],
  ['a bitmap', 'big.bmp', 8, {}, /take 1200.0 MB of memory, .* save it as PNG or TIFF/],
] as const)(
  'refuses what is too large to be held, of a kind that has to be: %s',
  async (_, name, depth, options, message) => {
    const side = depth === 32 ? 9000 : 20_000;
    const header = name.endsWith('.bmp')
      ? bitmapHeader(side)
      : tiffHeader({ width: side, height: side, channels: 3, depth });
    const input = join(folder, name);
    await writeFile(input, header);
    await truncate(input, header.length + (side * side * 3 * depth) / 8); // sparse
    const translator = { description: { input: { channels: 3, resampling: 'area' as const } }, ...untouched };
    const output = join(folder, 'never.png');
    await expect(translateFile(translator, { input, output }, options)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
    });
    expect(existsSync(output)).toBe(false);
  },
);

const untouched = {
  translate: () => Promise.reject(new Error('It should have been refused')),
  translateRows: () => {
    throw new Error('It should have been refused');
  },
};

function bitmapHeader(side: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(54));
  header.setUint16(0, 0x4d42, true);
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, side],
    [22, side],
  ] as const)
    header.setUint32(at, value, true);
  header.setUint16(26, 1, true);
  header.setUint16(28, 24, true);
  return new Uint8Array(header.buffer);
}

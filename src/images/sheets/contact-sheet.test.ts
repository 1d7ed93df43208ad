import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Image } from '../../core/image.ts';
import { contactSheet } from './contact-sheet.ts';

const plain = (width: number, height: number, color: readonly number[]): Image => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => color[i % 3]!),
});

test('shows pairs in rows, A left of B, scaled into equal cells', async () => {
  const pair = { title: 'train/1.png', a: plain(16, 8, [255, 0, 0]), b: plain(300, 300, [0, 0, 255]) };
  const { data, info } = await sharp(await contactSheet([pair, pair, pair], 2))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([10 + 2 * 268, 10 + 2 * 156]);
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  expect(at(20, 40)).toEqual([255, 0, 0]);
  expect(at(20, 28 + 70)).toEqual([221, 221, 221]);
  expect(at(150, 40)).toEqual([0, 0, 255]);
  expect(at(20, 196)).toEqual([255, 0, 0]);
  expect(at(300, 196)).toEqual([221, 221, 221]);
});

test('a sheet without pairs is still a picture', async () => {
  expect((await sharp(await contactSheet([])).metadata()).format).toBe('png');
});

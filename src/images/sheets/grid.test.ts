import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createImage, type Image } from '../../core/image.ts';
import { pairPicture, sampleGrid } from './grid.ts';

function plain(width: number, height: number, color: readonly [number, number, number]): Image {
  const image = createImage(width, height);
  for (let i = 0; i < image.data.length; i++) image.data[i] = color[i % 3]!;
  return image;
}

const red = [255, 0, 0] as const;
const green = [0, 255, 0] as const;
const blue = [0, 0, 255] as const;

async function pixelsOf(png: Buffer) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  const count = (color: readonly number[]) => {
    let found = 0;
    for (let i = 0; i < data.length; i += 3) if (color.every((value, c) => data[i + c] === value)) found++;
    return found;
  };
  return { ...info, at, count };
}

describe('sampleGrid', () => {
  it('shows every complete picture on white, with black titles', async () => {
    const rows = [
      { title: 'Input Image', images: [plain(128, 128, red), plain(128, 128, red)] },
      { title: 'Predicted Image', images: [plain(128, 128, green), plain(128, 128, green)] },
      { title: 'Ground Truth', images: [plain(128, 128, blue), plain(128, 128, blue)] },
    ];
    const grid = await pixelsOf(await sampleGrid(rows));
    expect(grid.channels).toBe(3);
    for (const color of [red, green, blue]) expect(grid.count(color)).toBe(2 * 128 * 128);
    expect(grid.at(0, 0)).toEqual([255, 255, 255]);
    expect(grid.at(grid.width - 1, grid.height - 1)).toEqual([255, 255, 255]);
    expect(grid.count([0, 0, 0])).toBeGreaterThan(10);
  });

  it('enlarges small pictures by integer factors', async () => {
    const checkers = plain(16, 16, red);
    checkers.data.set(blue, 0);
    const grid = await pixelsOf(await sampleGrid([{ title: 'x', images: [checkers] }]));
    expect(grid.count(blue)).toBe(8 * 8);
    expect(grid.count(red)).toBe(128 * 128 - 8 * 8);
  });

  it('handles pictures that are not square, long titles, markup and a single column', async () => {
    const title = 'A title <much> wider & longer than the picture below it could ever be';
    const grid = await pixelsOf(await sampleGrid([{ title, images: [plain(130, 300, green)] }]));
    expect(grid.count(green)).toBe(130 * 300);
    expect(grid.width).toBeLessThan(200);
  });
});

describe('pairPicture', () => {
  it('puts the condition left of the target', async () => {
    const picture = await pixelsOf(await pairPicture(plain(128, 128, red), plain(128, 128, blue), 'BtoA'));
    const middle = Math.floor(picture.height * 0.6);
    expect(picture.at(Math.floor(picture.width * 0.25), middle)).toEqual([...red]);
    expect(picture.at(Math.floor(picture.width * 0.75), middle)).toEqual([...blue]);
  });

  it('names the sides by direction', async () => {
    const [condition, target] = [plain(128, 128, red), plain(128, 128, blue)];
    const there = await pairPicture(condition, target, 'AtoB');
    const back = await pairPicture(condition, target, 'BtoA');
    expect(there.equals(back)).toBe(false);
  });
});

import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/data-fixtures.ts';
import { overlap, renderPair } from './drawing-pair.ts';

const square = (from: number, to: number, fill: string): string =>
  `<path fill="${fill}" d="M${from} ${from}H${to}V${to}H${from}z"/>`;

/** A picture of 64×64 pixels: transparent but for a blue square. */
async function picture(from: number, to: number): Promise<string> {
  const path = join(await temporaryFolder(), 'picture.webp');
  const side = to - from;
  const blue = await sharp({ create: { width: side, height: side, channels: 3, background: 'blue' } })
    .png()
    .toBuffer();
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  await sharp({ create: { width: 64, height: 64, channels: 4, background: clear } })
    .composite([{ input: blue, left: from, top: from }])
    .webp({ lossless: true })
    .toFile(path);
  return path;
}

async function pixelsOf(png: Buffer): Promise<(x: number, y: number) => number[]> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 128, height: 64, channels: 3 });
  return (x, y) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)];
}

describe('a pair', () => {
  it('has the drawing on the left and the picture on the right, both on white', async () => {
    const source = { drawing: square(8, 24, 'red'), picture: await picture(16, 48) };
    const at = await pixelsOf((await renderPair(source, { size: 64, fit: false }))!);
    expect(at(2, 2)).toEqual([255, 255, 255]);
    expect(at(32, 32)).toEqual([255, 0, 0]);
    expect(at(66, 2)).toEqual([255, 255, 255]);
    expect(at(96, 32)).toEqual([0, 0, 255]);
  });

  it('scales the box of an outline to that of its picture', async () => {
    const source = { drawing: square(7.5, 24.5, 'black'), picture: await picture(16, 48) };
    const at = await pixelsOf((await renderPair(source, { size: 64, fit: true }))!);
    expect([at(15, 32), at(16, 32), at(47, 32), at(48, 32)].map(([red]) => red)).toEqual([255, 0, 0, 255]);
  });

  it('is left out if the outline is elsewhere', async () => {
    const source = { drawing: square(1, 31, 'black'), picture: await picture(16, 48) };
    expect(await renderPair(source, { size: 64, fit: true })).toBeNull();
  });

  it('boxes are compared by intersection over union', () => {
    const box = { left: 0, top: 0, right: 4, bottom: 4 };
    expect(overlap(box, box)).toBe(1);
    expect(overlap(box, { ...box, left: 2 })).toBe(0.5);
    expect(overlap(box, { left: 4, top: 0, right: 8, bottom: 4 })).toBe(0);
  });
});

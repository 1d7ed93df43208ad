import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blank, type Color, copyOf, fillRectangle, floodFill, strokeLine } from './raster.ts';

const blue: Color = [0, 0, 255];
const red: Color = [255, 0, 0];
const green: Color = [0, 255, 0];

function count(image: ReturnType<typeof blank>, [r, g, b]: Color): number {
  let found = 0;
  for (let i = 0; i < image.data.length; i += 3)
    if (image.data[i] === r && image.data[i + 1] === g && image.data[i + 2] === b) found++;
  return found;
}

function pixel({ width, data }: ReturnType<typeof blank>, x: number, y: number): number[] {
  return Array.from(data.subarray((y * width + x) * 3, (y * width + x + 1) * 3));
}

test('a rectangle may be drawn from any corner, and beyond the edge', () => {
  const image = blank(10, 8, blue);
  fillRectangle(image, [4, 6], [1, 2], red);
  expect(count(image, red)).toBe(3 * 4);
  fillRectangle(image, [8, 7], [30, 30], green);
  expect(count(image, green)).toBe(2);
});

test('a line is as thick as asked for and has the colour alone, without a mixture at its edges', () => {
  const image = blank(40, 40, blue);
  strokeLine(image, [5, 20], [35, 20], 6, red);
  expect(count(image, red) + count(image, blue)).toBe(1600);
  const column = Array.from({ length: 40 }, (_, y) => pixel(image, 20, y)).filter(([r]) => r === 255);
  expect(column).toHaveLength(6);
});

test('a dot of any position and size stays inside the image and never misses its pixel', () => {
  const position = fc.integer({ min: 0, max: 15 });
  fc.assert(
    fc.property(position, position, fc.double({ min: 0.1, max: 60, noNaN: true }), (x, y, diameter) => {
      const image = blank(16, 16, blue);
      strokeLine(image, [x + 0.5, y + 0.5], [x + 0.5, y + 0.5], diameter, red);
      expect(pixel(image, x, y)).toEqual(red);
      expect(image.data).toHaveLength(16 * 16 * 3);
    }),
  );
});

test('filling stops at another label, and ignores JPEG artefacts', () => {
  const image = blank(20, 20, blue);
  fillRectangle(image, [0, 10], [20, 12], green);
  image.data.set([9, 12, 240], (3 * 20 + 3) * 3);
  floodFill(image, [0, 0], red, 24);
  expect(count(image, red)).toBe(20 * 10);
  expect(count(image, green)).toBe(20 * 2);
  floodFill(image, [40, 40], green, 24);
  expect(count(image, green)).toBe(20 * 2);
});

test('a copy does not share pixels', () => {
  const image = blank(4, 4, blue);
  fillRectangle(copyOf(image), [0, 0], [4, 4], red);
  expect(count(image, blue)).toBe(16);
});

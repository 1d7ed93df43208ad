import { describe, expect, it } from 'vitest';
import { constant, interpret, type Tensor } from '../graph/index.ts';
import { halve, reflectPad } from './resample.ts';

const valuesOf = (tensor: Tensor): number[] => [...interpret([tensor], {})[0]!.data];

describe('reflectPad', () => {
  it('mirrors around the border pixels, rows and columns', () => {
    const x = constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const padded = reflectPad(x, 2);
    expect(padded.shape).toEqual([1, 7, 7, 1]);
    const rows = [9, 8, 7, 8, 9, 8, 7].map((_, i) => valuesOf(padded).slice(7 * i, 7 * i + 7));
    expect(rows[0]).toEqual([9, 8, 7, 8, 9, 8, 7]);
    expect(rows[2]).toEqual([3, 2, 1, 2, 3, 2, 1]);
    expect(rows[3]).toEqual([6, 5, 4, 5, 6, 5, 4]);
  });

  it('needs more pixels than it reflects', () => {
    expect(() => reflectPad(constant([1, 2], [1, 2, 1, 1]), 2)).toThrow(
      'Cannot reflect 2 pixels of an image 2 long',
    );
  });
});

describe('halve', () => {
  it.each([
    [
      [4, 5],
      [2, 3],
    ],
    [
      [3, 6],
      [2, 3],
    ],
  ])('averages what lies inside: %j → %j', ([height, width], size) => {
    const channels = 2;
    const pixel = (y: number, x: number, c: number) => 10 * y + x * x + 100 * c;
    const values: number[] = [];
    for (let y = 0; y < height!; y++)
      for (let x = 0; x < width!; x++) for (let c = 0; c < channels; c++) values.push(pixel(y, x, c));
    const half = halve(constant(values, [1, height!, width!, channels]));
    expect(half.shape).toEqual([1, ...size, channels]);
    valuesOf(half).forEach((value, i) => {
      const [c, column, row] = [i % 2, Math.floor(i / 2) % size[1]!, Math.floor(i / 2 / size[1]!)];
      const inside: number[] = [];
      for (let y = 2 * row - 1; y <= 2 * row + 1; y++)
        for (let x = 2 * column - 1; x <= 2 * column + 1; x++)
          if (y >= 0 && y < height! && x >= 0 && x < width!) inside.push(pixel(y, x, c));
      expect(value).toBeCloseTo(inside.reduce((a, b) => a + b) / inside.length, 5);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { averagePool2d, constant, interpret, reflectPad, type Tensor } from './index.ts';

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

  it('throws if the padding is not smaller than the image', () => {
    expect(() => reflectPad(constant([1, 2], [1, 2, 1, 1]), 2)).toThrow(
      'Cannot reflect 2 pixels along an axis of 2',
    );
  });
});

describe('averagePool2d', () => {
  it.each([
    { height: 4, width: 5, size: 3, stride: 2, padding: 1, rows: 2, columns: 3 },
    { height: 3, width: 6, size: 3, stride: 2, padding: 1, rows: 2, columns: 3 },
    { height: 4, width: 6, size: 2, stride: 2, padding: 0, rows: 2, columns: 3 },
    { height: 5, width: 4, size: 4, stride: 1, padding: 2, rows: 6, columns: 5 },
  ])('averages the pixels inside: %j', ({ height, width, rows, columns, ...geometry }) => {
    const { size, stride, padding } = geometry;
    const channels = 2;
    const pixel = (y: number, x: number, c: number) => 10 * y + x * x + 100 * c;
    const values: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) values.push(pixel(y, x, c));
    const pooled = averagePool2d(constant(values, [1, height, width, channels]), geometry);
    expect(pooled.shape).toEqual([1, rows, columns, channels]);
    valuesOf(pooled).forEach((value, i) => {
      const [c, column, row] = [i % 2, Math.floor(i / 2) % columns, Math.floor(i / 2 / columns)];
      const inside: number[] = [];
      for (let y = stride * row - padding; y < stride * row - padding + size; y++)
        for (let x = stride * column - padding; x < stride * column - padding + size; x++)
          if (y >= 0 && y < height && x >= 0 && x < width) inside.push(pixel(y, x, c));
      expect(value).toBeCloseTo(inside.reduce((a, b) => a + b) / inside.length, 5);
    });
  });
});

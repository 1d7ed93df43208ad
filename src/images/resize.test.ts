import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../core/image.ts';
import { areaResize } from './resize.ts';

interface Golden {
  what: string;
  channels: number;
  from: [number, number];
  to: [number, number];
  source: string;
  resized: string;
}

const file = new URL('../../test/goldens/area-resize.json', import.meta.url);
const { goldens } = JSON.parse(readFileSync(file, 'utf8')) as { goldens: Golden[] };

function picture([width, height]: [number, number], channels: number, base64: string): Image {
  return { width, height, channels, data: new Uint8Array(Buffer.from(base64, 'base64')) };
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

const anyPicture = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    channels: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ width, height, channels }) => {
    const size = width * height * channels;
    return fc
      .uint8Array({ minLength: size, maxLength: size })
      .map(data => ({ width, height, channels, data }));
  });
const anySide = fc.integer({ min: 1, max: 30 });

describe('areaResize', () => {
  it.each(goldens)('equals OpenCV within one level: $what, $from → $to', golden => {
    const source = picture(golden.from, golden.channels, golden.source);
    const resized = areaResize(source, ...golden.to);
    expect([resized.width, resized.height, resized.channels]).toEqual([...golden.to, golden.channels]);
    const wanted = picture(golden.to, golden.channels, golden.resized);
    expect(largestDifference(resized.data, wanted.data)).toBeLessThanOrEqual(1);
  });

  it('averages exactly what an output covers', () => {
    const row: Image = { width: 3, height: 1, channels: 1, data: Uint8Array.of(30, 60, 90) };
    // 1.5 pixels each: (30 + 60 / 2) / 1.5 and (60 / 2 + 90) / 1.5
    expect([...areaResize(row, 2, 1).data]).toEqual([40, 80]);
  });

  it('stays within the range of the input, at any size', () => {
    fc.assert(
      fc.property(anyPicture, anySide, anySide, (image, width, height) => {
        const { data } = areaResize(image, width, height);
        expect(data.length).toBe(width * height * image.channels);
        expect(Math.min(...data)).toBeGreaterThanOrEqual(Math.min(...image.data));
        expect(Math.max(...data)).toBeLessThanOrEqual(Math.max(...image.data));
      }),
    );
  });

  it('repeats pixels on a whole-number enlargement, so that shrinking again restores the picture', () => {
    fc.assert(
      fc.property(anyPicture, fc.integer({ min: 1, max: 4 }), (image, factor) => {
        const large = areaResize(image, image.width * factor, image.height * factor);
        expect(areaResize(large, image.width, image.height).data).toEqual(image.data);
      }),
    );
  });
});

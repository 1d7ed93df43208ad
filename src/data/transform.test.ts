import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testPicture } from '../../test/data-fixtures.ts';
import { cropImage } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { applyTransform, drawTransform, resizeOnly } from './transform.ts';

const side = fc.integer({ min: 2, max: 24 });
const anyDraw = fc.record({
  seed: fc.integer(),
  from: fc.tuple(side, side),
  size: fc.tuple(side, side),
  jitter: fc.double({ min: 1, max: 2, noNaN: true }),
  mirror: fc.boolean(),
});

describe('transforms', () => {
  it('keep a pair aligned: what is the same on both sides stays the same', () => {
    fc.assert(
      fc.property(anyDraw, ({ seed, from: [height, width], size, jitter, mirror }) => {
        const transform = drawTransform(Random.fromSeed(seed), { size, augment: { jitter, mirror } });
        const side = testPicture(width, height, seed);
        const negative = { ...side, data: side.data.map(level => 255 - level) };
        const a = applyTransform(side, transform);
        const b = applyTransform(negative, transform);
        expect([a.height, a.width]).toEqual(size);
        expect(applyTransform({ ...side, data: side.data.slice() }, transform)).toEqual(a);
        // The other side may hold other levels: here the negative, which any resize keeps to within rounding.
        expect(b.data.every((level, i) => Math.abs(255 - level - a.data[i]!) <= 1)).toBe(true);
      }),
    );
  });

  it('crop all over the enlarged picture, and mirror half of the time', () => {
    const random = Random.fromSeed(1);
    const options = { size: [8, 8], augment: { jitter: 1.25, mirror: true } } as const;
    const draws = Array.from({ length: 400 }, () => drawTransform(random, options));
    expect(new Set(draws.map(({ left, top }) => `${left},${top}`)).size).toBe(9);
    const mirrored = draws.filter(({ mirror }) => mirror).length;
    expect(mirrored).toBeGreaterThan(160);
    expect(mirrored).toBeLessThan(240);
  });

  it("are the paper's: 286 from 256", () => {
    const augment = { jitter: 286 / 256, mirror: false };
    const transform = drawTransform(Random.fromSeed(1), { size: [256, 512], augment });
    expect([transform.resizedHeight, transform.resizedWidth]).toEqual([286, 572]);
  });

  it('do what they say', () => {
    const image = testPicture(4, 3);
    const size = { resizedWidth: 4, resizedHeight: 3, width: 2, height: 2 };
    const cropped = applyTransform(image, { ...size, left: 1, top: 1, mirror: false });
    expect(cropped).toEqual(cropImage(image, 1, 1, 2, 2));
    const mirrored = applyTransform(image, { ...size, left: 1, top: 1, mirror: true });
    expect(cropImage(mirrored, 0, 0, 1, 2)).toEqual(cropImage(image, 2, 1, 1, 2));
    expect(cropImage(mirrored, 1, 0, 1, 2)).toEqual(cropImage(image, 1, 1, 1, 2));
  });

  it('leave an image of the wanted size as it is without augmentation', () => {
    const image = testPicture(6, 4);
    const plain = drawTransform(Random.fromSeed(1), { size: [4, 6], augment: { jitter: 1, mirror: false } });
    expect(plain).toEqual(resizeOnly([4, 6]));
    expect(applyTransform(image, plain)).toEqual(image);
  });
});

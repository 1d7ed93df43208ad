import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pix2PixError } from './errors.ts';
import { fittedSize, paddedSize, trainingScale } from './fit.ts';

test('a picture is scaled until its shorter side is the training size’s', () => {
  expect(trainingScale([1000, 500], [256, 256])).toEqual([512, 256]);
  expect(trainingScale([60, 90], [128, 256])).toEqual([128, 192]);
  expect(trainingScale([1, 3000], [128, 128])).toEqual([128, 384_000]);
});

const side = fc.integer({ min: 1, max: 3000 });

test('a picture of any size is padded to one that the model takes, by less than a stride', () => {
  fc.assert(
    fc.property(side, side, fc.constantFrom(1, 4, 16), (height, width, multiple) => {
      const smallest = 2 * multiple;
      const sizes = { fixed: null, multiple, smallest, size: [64, 64] } as const;
      const padded = paddedSize([height, width], sizes);
      for (const [i, length] of [height, width].entries()) {
        expect(padded[i]! % multiple).toBe(0);
        expect(padded[i]).toBeGreaterThanOrEqual(Math.max(length, smallest));
        expect(padded[i]).toBeLessThan(Math.max(length + multiple, smallest + 1));
      }
    }),
  );
});

test('a model of one size takes what fits into it, and fits anything', () => {
  const sizes = { fixed: [64, 96], multiple: 16, smallest: 32, size: [64, 96] } as const;
  expect(paddedSize([64, 50], sizes)).toEqual([64, 96]);
  expect(() => paddedSize([65, 50], sizes)).toThrow(
    new Pix2PixError(
      'source',
      'Cannot translate 50×65 pixels: the model takes 96×64 at most; use resize "fit"',
    ),
  );
  fc.assert(
    fc.property(side, side, (height, width) => {
      expect(paddedSize(fittedSize([height, width], sizes), sizes)).toEqual([64, 96]);
    }),
  );
});

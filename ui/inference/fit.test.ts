import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createImage } from '../../src/core/image.ts';
import { cropTo, fitTo } from './fit.ts';

const source = { url: '', translateUrl: null };

test('a picture of any size is padded for the model, and restored by cropping', () => {
  const side = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(side, side, fc.constantFrom(1, 4, 16), (width, height, multiple) => {
      const image = createImage(width, height);
      image.data.forEach((_, i) => {
        image.data[i] = (i * 31) % 256;
      });
      const fitted = fitTo(image, { ...source, multiple, smallest: 2 * multiple, channels: 3 });
      for (const length of [fitted.width, fitted.height]) {
        expect(length % multiple).toBe(0);
        expect(length).toBeGreaterThanOrEqual(2 * multiple);
      }
      expect(cropTo(fitted, image)).toEqual(image);
    }),
  );
});

test('a model of gray pictures gets luminance', () => {
  const image = { width: 3, height: 1, channels: 3, data: new Uint8Array([255, 0, 0, 0, 255, 0, 9, 9, 9]) };
  const { channels, data } = fitTo(image, { ...source, multiple: 1, smallest: 1, channels: 1 });
  expect([channels, ...data]).toEqual([1, 76, 150, 9]);
});

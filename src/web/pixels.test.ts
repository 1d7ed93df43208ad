import { expect, test } from 'vitest';
import { brightnessOf, imageOf, rgbaOf } from './pixels.ts';

test('transparent pixels are seen on white, opaque ones as they are', () => {
  const data = new Uint8ClampedArray([10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51]);
  expect([...imageOf({ width: 3, height: 1, data }).data]).toEqual([
    10, 20, 30, 255, 255, 255, 204, 224, 244,
  ]);
});

test('gray and RGB become opaque RGBA, and RGB brightness', () => {
  const image = { width: 3, height: 1, channels: 3, data: new Uint8Array([255, 0, 0, 0, 255, 0, 9, 9, 9]) };
  expect([...rgbaOf(image)]).toEqual([255, 0, 0, 255, 0, 255, 0, 255, 9, 9, 9, 255]);
  const gray = brightnessOf(image);
  expect([...gray.data]).toEqual([76, 150, 9]);
  expect([...rgbaOf(gray)]).toEqual([76, 76, 76, 255, 150, 150, 150, 255, 9, 9, 9, 255]);
});

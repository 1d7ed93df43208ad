import { expect, test } from 'vitest';
import { centerCrop } from './use-frames.ts';

test('crops the centre of wide and of high images', () => {
  expect(centerCrop([480, 640], [128, 128])).toEqual([80, 0, 480, 480]);
  expect(centerCrop([640, 480], [128, 128])).toEqual([0, 80, 480, 480]);
  expect(centerCrop([100, 100], [64, 128])).toEqual([0, 25, 100, 50]);
});

import { expect, test } from 'vitest';
import { middle } from './scale.ts';

test('the middle of a wide picture is cut out square, of a high one too', () => {
  expect(middle([480, 640], [128, 128])).toEqual([80, 0, 480, 480]);
  expect(middle([640, 480], [128, 128])).toEqual([0, 80, 480, 480]);
  expect(middle([100, 100], [64, 128])).toEqual([0, 25, 100, 50]);
});

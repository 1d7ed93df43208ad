import { expect, test } from 'vitest';
import { middle, trainingScale } from './scale.ts';

test('a picture is scaled until its shorter side is the training size’s', () => {
  expect(trainingScale([1000, 500], [256, 256])).toEqual([512, 256]);
  expect(trainingScale([60, 90], [128, 256])).toEqual([128, 192]);
  expect(trainingScale([1, 3000], [128, 128])).toEqual([128, 384_000]);
});

test('the middle of a wide picture is cut out square, of a high one too', () => {
  expect(middle([480, 640], [128, 128])).toEqual([80, 0, 480, 480]);
  expect(middle([640, 480], [128, 128])).toEqual([0, 80, 480, 480]);
  expect(middle([100, 100], [64, 128])).toEqual([0, 25, 100, 50]);
});

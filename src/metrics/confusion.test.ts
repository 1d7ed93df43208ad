import { expect, test } from 'vitest';
import { addToConfusion, createConfusion, segmentationScores, sumConfusions } from './confusion.ts';

const { pixelAccuracy, classAccuracy, classIou } = segmentationScores;

function confusionOf(classes: number, truth: number[], read: number[]) {
  const confusion = createConfusion(classes);
  addToConfusion(confusion, Uint8Array.from(truth), Uint8Array.from(read));
  return confusion;
}

test('scores of a confusion matrix made by hand', () => {
  // class 0: 3 of 4 right; class 1: 1 of 2; class 2 does not occur, but is read once; 255 is no class.
  const confusion = confusionOf(3, [0, 0, 0, 0, 1, 1, 255], [0, 0, 0, 1, 1, 2, 0]);
  expect(pixelAccuracy.of(confusion)).toBeCloseTo(4 / 6);
  expect(classAccuracy.of(confusion)).toBeCloseTo((3 / 4 + 1 / 2) / 2);
  expect(classIou.of(confusion)).toBeCloseTo((3 / 4 + 1 / 3) / 2);
});

test('an empty matrix has no scores', () => {
  const nothing = confusionOf(2, [255], [0]);
  for (const { of } of Object.values(segmentationScores)) expect(of(nothing)).toBeNull();
});

test('pictures are summed pixel by pixel', () => {
  const sum = sumConfusions([confusionOf(2, [0, 0], [0, 1]), confusionOf(2, [1], [1])]);
  expect([...sum.counts]).toEqual([1, 1, 0, 1]);
});

import { expect, it } from 'vitest';
import { gradientErrors } from '../../test/reference/finite-differences.ts';
import { constant, input, interpret } from '../graph/index.ts';
import { labelMask, mixConsistency, rectangleMask } from './label-mix.ts';

const maskOf = (mask: ReturnType<typeof labelMask>) => [...interpret([mask], {})[0]!.data];

it('the mask takes each label completely from one of the images', () => {
  // Two images of two pixels: labels 0 and 2, labels 1 and 1
  const planes = constant([1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0], [2, 1, 2, 3]);
  const numbers = constant([0.9, 0.9, 0.2, 0.4, 0.6, 0.1], [2, 1, 1, 3]);
  expect(maskOf(labelMask(planes, numbers))).toEqual([1, 0, 1, 1]);
});

it('a rectangle has the drawn area and centre, and is cropped at borders', () => {
  // A quarter of the area: half of each side, around the middle, then around a corner, then the other way around
  const numbers = constant([0.25, 0.5, 0.5, 0.1, 0.25, 0, 1, 0.1, 0.25, 0, 1, 0.9], [3, 1, 1, 4]);
  const [middle, corner, reversed] = [0, 32, 64].map(from =>
    maskOf(rectangleMask(numbers, 4, 8)).slice(from, from + 32),
  );
  const rows = (mask: number[] | undefined) =>
    [0, 8, 16, 24].map(from => mask!.slice(from, from + 8).join(''));
  expect(rows(middle)).toEqual(['00000000', '00111100', '00111100', '00000000']);
  expect(rows(corner)).toEqual(['00000011', '00000000', '00000000', '00000000']);
  expect(rows(reversed)).toEqual(['11111100', '11111111', '11111111', '11111111']);
});

it('the rectangle’s area is uniform: half of the image on average', () => {
  // Means over areas and centres, of rectangles that stay inside the image
  const areas = Array.from({ length: 64 }, (_, i) => (i + 0.5) / 64);
  const numbers = constant(
    areas.flatMap(area => [area, 0.5, 0.5, 0]),
    [64, 1, 1, 4],
  );
  const mask = maskOf(rectangleMask(numbers, 64, 64));
  expect(mask.reduce((sum, x) => sum + x, 0) / mask.length).toBeCloseTo(0.5, 2);
});

it('is the squared distance from the mixed logits, weighted by shares in coarse pixels', () => {
  const mask = constant([1, 1, 0, 0, 1, 1, 1, 0], [1, 2, 4, 1]);
  const [mixed, real, fake] = [
    [5, 1],
    [3, 2],
    [7, 6],
  ].map(values => constant(values, [1, 1, 2, 1]));
  const [loss] = interpret([mixConsistency(mask, mixed!, real!, fake!)], {});
  // The second pixel is a quarter of the real image.
  expect(loss!.data[0]).toBeCloseTo(((5 - 3) ** 2 + (1 - (2 / 4 + (6 * 3) / 4)) ** 2) / 2, 6);
});

it('has the gradients of finite differences, for all three', () => {
  const mask = constant([1, 1, 0, 0, 1, 1, 1, 0], [1, 2, 4, 1]);
  const [mixed, real, fake] = ['mixed', 'real', 'fake'].map(name => input(name, [1, 1, 2, 1]));
  const inputs = { mixed: mixed!, real: real!, fake: fake! };
  const values = { mixed: [5, 1], real: [3, 2], fake: [7, 6] };
  const doubles = Object.fromEntries(Object.entries(values).map(([k, v]) => [k, Float64Array.from(v)]));
  const errors = gradientErrors(mixConsistency(mask, mixed!, real!, fake!), inputs, doubles);
  for (const error of Object.values(errors)) expect(error).toBeLessThan(1e-6);
});

import { expect, it } from 'vitest';
import { median } from './median.ts';

it.each([
  [[], 0],
  [[7], 7],
  [[10, 9, 2], 9],
  [[4, 10, 9, 2], 6.5],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

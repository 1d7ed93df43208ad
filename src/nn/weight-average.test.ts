import { expect, it } from 'vitest';
import { averageWeights } from './weight-average.ts';

it('forgets the start quickly and then keeps its share of the past', () => {
  const weights = Float32Array.of(1);
  const average = averageWeights(weights, 0.5);
  weights[0] = 12;
  average.follow(); // keeps 2/11
  expect(average.values[0]).toBeCloseTo(2 / 11 + (9 / 11) * 12, 5);
  for (let step = 2; step < 60; step++) average.follow();
  expect(average.values[0]).toBeCloseTo(12, 5);
  weights[0] = 0;
  average.follow(); // keeps a half
  expect(average.values[0]).toBeCloseTo(6, 5);
});

import { expect, it } from 'vitest';
import { averageDecayAt, updateAverage } from './weight-average.ts';

it('decays fast in the first steps, then by the configured share', () => {
  const weights = Float32Array.of(12);
  const average = Float32Array.of(1);
  updateAverage(average, weights, averageDecayAt(1, 0.5)); // keeps 2/11
  expect(average[0]).toBeCloseTo(2 / 11 + (9 / 11) * 12, 5);
  for (let step = 2; step < 60; step++) updateAverage(average, weights, averageDecayAt(step, 0.5));
  expect(average[0]).toBeCloseTo(12, 5);
  weights[0] = 0;
  updateAverage(average, weights, averageDecayAt(60, 0.5)); // keeps a half
  expect(average[0]).toBeCloseTo(6, 5);
});

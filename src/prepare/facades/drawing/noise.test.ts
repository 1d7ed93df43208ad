import { expect, it } from 'vitest';
import { hashNoise, smoothNoise } from './noise.ts';

it('hashNoise is uniform in [0, 1) and the same for the same arguments', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => hashNoise(i % 100, Math.floor(i / 100), 5));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(mean).toBeCloseTo(0.5, 1);
  expect(variance).toBeCloseTo(1 / 12, 2);
  expect(hashNoise(3, 4, 5)).toBe(hashNoise(3, 4, 5));
});

it('hashNoise has no stripes: neighbours are uncorrelated', () => {
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    let product = 0;
    for (let y = 0; y < 100; y++) {
      for (let x = 0; x < 100; x++) {
        product += (hashNoise(x, y, 9) - 0.5) * (hashNoise(x + dx, y + dy, 9) - 0.5);
      }
    }
    // Correlation = covariance over the variance of a uniform number, 1/12.
    expect(Math.abs((product / 10_000) * 12)).toBeLessThan(0.05);
  }
});

it('smoothNoise equals hashNoise at integer coordinates and changes little in between', () => {
  expect(smoothNoise(2, 3, 1)).toBeCloseTo(hashNoise(2, 3, 1), 12);
  for (let x = 0; x < 5; x += 0.01) {
    expect(Math.abs(smoothNoise(x + 0.01, 0.5, 1) - smoothNoise(x, 0.5, 1))).toBeLessThan(0.02);
  }
});

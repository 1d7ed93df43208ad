import { expect, test } from 'vitest';
import { Random } from '../core/random.ts';
import { estimateMean } from './bootstrap.ts';

const random = (seed = 0) => Random.fromSeed(seed);

test('no values have no mean, one has no interval', () => {
  expect(estimateMean([], random())).toBeNull();
  expect(estimateMean([3], random())).toEqual({ mean: 3, interval: null, count: 1 });
});

test('equal values have an interval of width 0', () => {
  expect(estimateMean([2, 2, 2], random())).toEqual({ mean: 2, interval: [2, 2], count: 3 });
});

test('equal seeds give equal intervals', () => {
  const values = [1, 5, 2, 8, 3];
  expect(estimateMean(values, random(1))).toEqual(estimateMean(values, random(1)));
  expect(estimateMean(values, random(1))).not.toEqual(estimateMean(values, random(2)));
});

test('for many values it is the normal interval', () => {
  const source = random(7);
  const values = Array.from({ length: 400 }, () => 10 + 2 * source.normal());
  const { mean, interval } = estimateMean(values, random())!;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const half = (1.96 * deviation) / Math.sqrt(values.length);
  expect(interval![0]).toBeCloseTo(mean - half, 1);
  expect(interval![1]).toBeCloseTo(mean + half, 1);
});

test('95 of 100 intervals hold the truth', () => {
  const source = random(3);
  let held = 0;
  for (let repetition = 0; repetition < 60; repetition++) {
    const values = Array.from({ length: 20 }, () => source.normal());
    const [low, high] = estimateMean(values, random(repetition))!.interval!;
    if (low <= 0 && high >= 0) held++;
  }
  expect(held).toBeGreaterThan(50);
  expect(held).toBeLessThan(60);
});

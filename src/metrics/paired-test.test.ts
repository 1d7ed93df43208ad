import { expect, test } from 'vitest';
import { Random } from '../core/random.ts';
import { pairedTest } from './paired-test.ts';

const run = (a: (number | null)[], b: (number | null)[]) => pairedTest(a, b, Random.fromSeed(0))!;

test('equal values have difference 0', () => {
  expect(run([1, 2, 3], [1, 2, 3])).toMatchObject({ difference: { mean: 0 }, p: 1 });
});

test('of three differences of one sign, a quarter of the signs are as extreme', () => {
  expect(run([0, 0, 0], [1, 1, 1]).p).toBeCloseTo(0.25, 1);
});

test('a small difference in each of many pictures is significant', () => {
  const source = Random.fromSeed(1);
  const a = Array.from({ length: 60 }, () => 10 * source.normal());
  const { difference, p } = run(
    a,
    a.map(value => value + 0.1 + 0.1 * source.normal()),
  );
  expect(p).toBeLessThan(0.001);
  expect(difference.interval![0]).toBeGreaterThan(0);
});

test('if only noise differs, p-values below a level occur with that frequency', () => {
  const source = Random.fromSeed(2);
  let below = 0;
  for (let i = 0; i < 40; i++) {
    const noise = () => Array.from({ length: 12 }, () => source.normal());
    if (run(noise(), noise()).p < 0.2) below++;
  }
  expect(below).toBeGreaterThan(1);
  expect(below).toBeLessThan(19);
});

test('pictures without both values are left out', () => {
  expect(run([1, null, 3], [2, 5, null]).difference).toEqual({ mean: 1, interval: null, count: 1 });
  expect(pairedTest([null], [1], Random.fromSeed(0))).toBeNull();
});

import { expect, test } from 'vitest';
import { filmOf, keepSample } from './samples.ts';

const sampleAt = (step: number) => ({ step, rows: [] });
const stepsOf = (samples: readonly { step: number }[]) => samples.map(({ step }) => step);

test('a film goes from the first sample to the last, with more of the early steps', () => {
  const samples = [0, 1, 3, 6, 12, 25, 50, 75, 100, 125, 150, 175, 200].map(sampleAt);
  expect(stepsOf(filmOf(samples, 5))).toEqual([0, 3, 12, 50, 200]);
  expect(stepsOf(filmOf(samples.slice(0, 3), 5))).toEqual([0, 1, 3]);
  expect(filmOf([], 5)).toEqual([]);
});

test('a sample of a step that is there already takes its place, and a long run keeps the newest', () => {
  expect(stepsOf(keepSample([0, 25].map(sampleAt), sampleAt(25)))).toEqual([0, 25]);
  let samples: ReturnType<typeof keepSample> = [];
  for (let step = 0; step <= 10_000; step += 25) {
    samples = keepSample(samples, sampleAt(step));
    expect(samples.length).toBeLessThanOrEqual(64);
    expect(samples.at(-1)!.step).toBe(step);
  }
  expect(samples[0]!.step).toBe(0);
});

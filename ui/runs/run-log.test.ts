import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StepEvent } from '../../src/runs/events.ts';
import { RunLog, smooth } from './run-log.ts';

function step(number: number): StepEvent {
  return {
    type: 'step',
    epoch: 0,
    batch: number - 1,
    step: number,
    totalSteps: 20_000,
    discriminatorLoss: 0.5,
    generatorLoss: 30 - number / 1000,
    l1: 0.3,
    imagesPerSecond: 10,
    secondsLeft: 5,
    waitingShare: 0,
  };
}

test('a long run keeps its first step and its newest thousand, in order', () => {
  const log = new RunLog();
  for (let i = 1; i <= 20_000; i++) log.add(step(i));
  const steps = log.columns.step;
  expect(steps.length).toBeLessThanOrEqual(6000);
  expect(steps[0]).toBe(1);
  expect(steps.slice(-1000)).toEqual(Array.from({ length: 1000 }, (_, i) => 19_001 + i));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(log.columns.generator).toHaveLength(steps.length);
  expect(log.last!.step).toBe(20_000);
});

test('knows the size of the images now, in a run in which they grow', () => {
  const log = new RunLog();
  log.add(step(1));
  expect(log.size).toBeNull();
  log.add({ type: 'size', step: 1, size: [64, 64] });
  log.add({ type: 'size', step: 2, size: [128, 128] });
  expect(log.size).toEqual([128, 128]);
  log.reset();
  expect(log.size).toBeNull();
});

test('an epoch’s picture replaces its earlier one, and the first pair is no sample', () => {
  const log = new RunLog();
  for (const path of ['/runs/a/samples/0.png', 'C:\\runs\\a\\samples\\1.png', '/runs/b/samples/0.png'])
    log.add({ type: 'sample', kind: 'grid', epoch: 0, path });
  log.add({ type: 'sample', kind: 'pair', epoch: 0, path: '/runs/a/samples/pair.png' });
  expect(log.samples.map(({ name }) => name)).toEqual(['1.png', '0.png']);
  expect(log.hasPair).toBe(true);
  log.reset();
  expect([log.samples, log.columns.step]).toEqual([[], []]);
});

test('shows the guard’s warnings; after a rollback the curves continue where the run does', () => {
  const log = new RunLog();
  for (let i = 1; i <= 30; i++) log.add(step(i));
  for (const at of [10, 20, 30]) log.add({ type: 'checkpoint', epoch: 0, step: at, path: '' });
  const text = 'the output is the same everywhere';
  for (let i = 0; i < 2; i++) log.add({ type: 'guard', trouble: 'flat-output', epoch: 0, step: 25, text });
  const validation = { type: 'validation', epoch: 0, batch: 0, pairs: 3, metric: 'l1', path: '' } as const;
  const best = { ...validation, step: 10, values: { l1: 0.2 }, isBest: true };
  log.add(best);
  log.add({ ...validation, step: 30, values: { l1: 0.3 }, isBest: false });
  log.add({ type: 'rollback', epoch: 0, step: 20, rate: 0.5 });
  expect([log.validation, log.best]).toEqual([null, best]);
  expect(log.columns.step.at(-1)).toBe(20);
  expect(log.columns.generator).toHaveLength(20);
  expect(log.checkpoints).toEqual([10, 20]);
  expect(log.messages).toEqual([
    { kind: 'warning', step: 25, text },
    {
      kind: 'warning',
      step: 20,
      text: 'Rolled back to this step; training continues at 0.5 × the learning rate',
    },
  ]);
  for (const again of [21, 21, 22]) log.add(step(again));
  expect(log.columns.step.slice(-3)).toEqual([20, 21, 22]);
});

test('smoothing keeps constants, stays within the values’ range, and is off at 0', () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 0.99, noNaN: true }), (numbers, strength) => {
      const smoothed = smooth(numbers, strength);
      expect(Math.max(...smoothed)).toBeLessThanOrEqual(Math.max(...numbers) + 1e-6);
      expect(Math.min(...smoothed)).toBeGreaterThanOrEqual(Math.min(...numbers) - 1e-6);
    }),
  );
  expect(smooth([3, 3, 3], 0.9).every(value => Math.abs(value - 3) < 1e-9)).toBe(true);
  expect(smooth([1, 5, 2], 0)).toEqual([1, 5, 2]);
});

import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../config/config.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { Progress } from './progress.ts';

/** After a first step of 20 ms in a run of 1,000 steps. */
async function afterOneStep(overrides: Partial<RunConfig>) {
  const { config } = resolveConfig({ size: [128, 128], epochs: 1, batchSize: 2, ...overrides });
  const progress = new Progress(config, 1000);
  progress.restartStepClock(progress.stageAt(0).size);
  await setTimeout(20);
  progress.finishStep();
  const report = progress.report(1);
  return { progress, report, secondsPerStep: 2 / report.imagesPerSecond };
}

describe('the time left', () => {
  it('is that of the steps left', async () => {
    const { report, secondsPerStep } = await afterOneStep({});
    expect(report.totalSteps).toBe(1000);
    expect(report.secondsLeft / secondsPerStep).toBeCloseTo(999, 6);
  });

  it('counts larger images of later steps by their pixels', async () => {
    const { progress, report, secondsPerStep } = await afterOneStep({ grow: '32:10%,64:40%' });
    expect(report.totalSteps).toBe(1000);
    expect(report.secondsLeft / secondsPerStep).toBeCloseTo(99 + 400 * 4 + 500 * 16, 6);
    // At the next size, a step takes what it is measured to take there.
    progress.restartStepClock(progress.stageAt(100).size);
    await setTimeout(50);
    progress.finishStep();
    const next = progress.report(101);
    expect(next.secondsLeft / (2 / next.imagesPerSecond)).toBeCloseTo(399 + 500 * 4, 6);
    expect(2 / next.imagesPerSecond).toBeGreaterThan(0.049);
  });

  it('ends at the time limit, within which fewer steps of larger images fit', async () => {
    const { report, secondsPerStep } = await afterOneStep({ grow: '64:5%', minutes: 1 / 60 });
    expect(report.secondsLeft).toBeLessThan(1);
    const small = Math.min(49, report.secondsLeft / secondsPerStep);
    const large = (report.secondsLeft - small * secondsPerStep) / (4 * secondsPerStep);
    expect(Math.abs(report.totalSteps - (1 + small + large))).toBeLessThanOrEqual(1);
    expect(report.totalSteps).toBeLessThan(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { webgpuTarget } from '../src/lower/webgpu/index.ts';
import { type Device, devices } from '../src/runtime/device.ts';
import type { RunConfig } from '../src/train/config.ts';
import { presets } from '../src/train/presets.ts';
import { adapterHint, adapterWorks } from './reference/adapter.ts';
import { expectSameSteps, expectToGoOn, followCurve, smallPreset } from './reference/same-steps.ts';

/** What WebGPU runs, on the processor. */
const onProcessor: Device = {
  provider: 'cpu',
  target: webgpuTarget,
  resident: false,
  optimization: 'all',
};

const optimisers: [title: string, change: Partial<RunConfig['optimizer']>][] = [
  ['adamw', { method: 'adamw', weightDecay: 0.1 }],
  ['sgd', { method: 'sgd', weightDecay: 0.01, learningRate: 0.01 }],
  ['clipped', { clipNorm: 0.5 }],
  ['gathered over three batches', { accumulate: 3 }],
  ['averaged', { average: 0.9 }],
  ['gathered, clipped and averaged', { accumulate: 2, clipNorm: 1, average: 0.99 }],
  ["with a rate of the discriminator's own", { discriminatorLearningRate: 1e-3 }],
];

describe('a step that is one graph does what the step of three passes does', () => {
  it.each(Object.keys(presets) as (keyof typeof presets)[])('preset %s', async name => {
    await expectSameSteps(smallPreset(name), onProcessor, 3);
  });

  it('goes on from the state of the other', async () => {
    await expectToGoOn(smallPreset('lite'), onProcessor);
  });

  it.each(optimisers)('lite, %s', async (_, change) => {
    const config = smallPreset('lite');
    await expectSameSteps({ ...config, optimizer: { ...config.optimizer, ...change } }, onProcessor, 4);
  });
});

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

describe.skipIf(skipped !== '')(`on WebGPU${skipped}`, () => {
  it.each(Object.keys(presets) as (keyof typeof presets)[])(
    'a step of preset %s does what it does on the processor',
    async name => expectSameSteps(smallPreset(name), devices.webgpu, 1),
    600_000,
  );

  // 200 steps of lite itself: test/long/webgpu-steps.test.ts.
  it('lite follows the processor, and moves a batch up and a few losses down a step', async () => {
    const { largest, moved } = await followCurve(smallPreset('lite'), devices.webgpu, 3);
    expect(largest).toBeLessThan(0.01);
    const batch = 4 * 2 * 32 * 32 * 3;
    expect(moved.up).toBeGreaterThanOrEqual(batch);
    expect(moved.up).toBeLessThan(batch + 1024);
    expect(moved.down).toBeGreaterThan(0);
    expect(moved.down).toBeLessThan(1024);
  }, 600_000);
});

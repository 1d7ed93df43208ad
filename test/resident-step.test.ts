import { describe, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { presets } from '../src/config/presets.ts';
import { webgpuTarget } from '../src/lower/webgpu/index.ts';
import { type Device, devices } from '../src/runtime/device.ts';
import { adapterHint, adapterWorks } from './reference/adapter.ts';
import { expectSameSteps, expectToGoOn, smallPreset } from './reference/same-steps.ts';

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

describe('a step as one graph equals the step of three passes', () => {
  it.each(Object.keys(presets) as (keyof typeof presets)[])('preset %s', async name => {
    await expectSameSteps(smallPreset(name), onProcessor, 3);
  });

  it('both networks updated from one pass', async () => {
    const lite = smallPreset('lite');
    const loss = { ...lite.loss, featureMatching: 10 };
    await expectSameSteps({ ...lite, loss, algorithm: 'simultaneous' }, onProcessor, 3);
  });

  it('a segmentation discriminator with spectral norm and mixed images', async () => {
    const lite = smallPreset('lite');
    const discriminator = { ...lite.discriminator, architecture: 'segmentation', norm: 'spectral' } as const;
    const loss = { ...lite.loss, adversarial: 'segmentation', labelMix: 5 } as const;
    await expectSameSteps({ ...lite, discriminator, loss }, onProcessor, 3);
  });

  it('resumes from the other executor’s state', async () => {
    await expectToGoOn(smallPreset('lite'), onProcessor);
  });

  it('with frozen layers', async () => {
    await expectSameSteps({ ...smallPreset('lite'), freeze: 'G/down*, D/down1' }, onProcessor, 3);
  });

  it.each(optimisers)('lite, %s', async (_, change) => {
    const config = smallPreset('lite');
    await expectSameSteps({ ...config, optimizer: { ...config.optimizer, ...change } }, onProcessor, 4);
  });
});

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

describe.skipIf(skipped !== '')(`on WebGPU${skipped}`, () => {
  // The other presets, and more steps: test/more/resident-step.test.ts.
  it('a step of preset lite equals the step on the CPU', () =>
    expectSameSteps(smallPreset('lite'), devices.webgpu, 1));
});

import { describe, it } from 'vitest';
import { devices } from '../../src/runtime/device.ts';
import { presets } from '../../src/train/presets.ts';
import { adapterHint, adapterWorks } from '../reference/adapter.ts';
import { expectSameSteps, smallPreset } from '../reference/same-steps.ts';

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

describe.skipIf(skipped !== '')(`a step on WebGPU equals the processor's${skipped}`, () => {
  it.each(Object.keys(presets) as (keyof typeof presets)[])('preset %s', async name => {
    await expectSameSteps(smallPreset(name), devices.webgpu, 1);
  });
});

import { expect, test } from 'vitest';
import { devices } from '../../src/runtime/device.ts';
import { resolveConfig } from '../../src/train/resolve-config.ts';
import { adapterHint, adapterWorks } from '../reference/adapter.ts';
import { followCurve } from '../reference/same-steps.ts';

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

/** Relative to the processor's loss at the same step. Rounding differs, and training takes differences further. */
const BAND = { largest: 0.05, mean: 0.01 };

test.skipIf(skipped !== '')(
  `200 steps of lite at 64×64 on WebGPU follow the processor's losses${skipped}`,
  async () => {
    const { config } = resolveConfig({ preset: 'lite', size: [64, 64] });
    const { largest, mean } = await followCurve(config, devices.webgpu, 200);
    console.log(
      `Losses differ by ${(100 * mean).toFixed(2)} % on average, ${(100 * largest).toFixed(2)} % at most`,
    );
    expect(largest).toBeLessThan(BAND.largest);
    expect(mean).toBeLessThan(BAND.mean);
  },
  3_600_000,
);

import { describe, expect, test } from 'vitest';
import { type Device, devices, wasm } from '../../src/runtime/device.ts';
import { resolveConfig } from '../../src/train/resolve-config.ts';
import { adapterHint, adapterWorks } from '../reference/adapter.ts';
import { followCurve } from '../reference/same-steps.ts';

const works = await adapterWorks();

/** Relative to the processor's loss at the same step. Rounding differs, and training takes differences further. */
const BAND = { largest: 0.05, mean: 0.01 };

describe('200 steps of lite at 64×64 follow the losses of the step of three passes', () => {
  const follow = async (device: Device) => {
    const { config } = resolveConfig({ preset: 'lite', size: [64, 64] });
    const { largest, mean } = await followCurve(config, device, 200);
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    console.log(`Losses differ by ${percent(mean)} on average, ${percent(largest)} at most`);
    expect(largest).toBeLessThan(BAND.largest);
    expect(mean).toBeLessThan(BAND.mean);
  };

  test(
    'as one graph, lowered for WebGPU, on the processor',
    () => follow({ ...wasm, provider: 'cpu' }),
    3_600_000,
  );

  test.skipIf(!works)(`on WebGPU (${adapterHint})`, () => follow(devices.webgpu), 36_000_000);
});

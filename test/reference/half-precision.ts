import { expect } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import { Random } from '../../src/core/random.ts';
import { type Device, wasm } from '../../src/runtime/device.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createResidentTrainee } from '../../src/step/resident/trainee.ts';
import type { Trainee } from '../../src/step/trainee.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { distance, expectWithin, HALF, lossCurve } from './loss-curves.ts';

/** What a graphics processor runs; here float16 is only stored in, each op computes in float32. */
const onProcessor: Device = { ...wasm, provider: 'cpu' };

export const toFloat16 = (config: RunConfig): RunConfig => ({ ...config, precision: 'float16' });

export function openResident(config: RunConfig, device = onProcessor): Promise<Trainee> {
  return createResidentTrainee(nodeRuntime, device, config, Random.fromSeed(1), { threads: 1 });
}

export function scaleOf(trainee: Trainee): { scale: number; sound: number } {
  return trainee.state.counts['loss scale'] as { scale: number; sound: number };
}

/** The losses of 20 steps in float16 differ from those in float32, but by no more than rounding makes them. */
export async function expectHalfToFollow(config: RunConfig, device?: Device): Promise<void> {
  const half = await openResident(toFloat16(config), device);
  const whole = await createTrainee(config, Random.fromSeed(1), { threads: 1 });
  const measured = distance(await lossCurve(half, toFloat16(config), 20), await lossCurve(whole, config, 20));
  expectWithin(HALF, measured);
  expect(measured.early).toBeGreaterThan(1e-6);
  // Where the adapter computes in float16, the initial scale is too large for it.
  if (device) expect(scaleOf(half).scale).toBeLessThan(2 ** 16);
  await half.release();
  await whole.release();
}

import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import { Random } from '../../src/core/random.ts';
import { devices } from '../../src/runtime/device.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { createResidentTrainee } from '../../src/training/resident/trainee.ts';
import { lavapipeHint, useLavapipe } from '../reference/lavapipe.ts';
import { distance, expectWithin, HALF, lossCurve } from '../reference/loss-curves.ts';
import { smallPreset } from '../reference/same-steps.ts';

// On the processor: test/half-training.test.ts.
const skipped = useLavapipe() ? '' : ` (${lavapipeHint})`;

describe.skipIf(skipped !== '')(`on WebGPU${skipped}`, () => {
  it('training in float16 follows training in float32', async () => {
    const config = smallPreset('lite');
    const lite: RunConfig = { ...config, precision: 'float16' };
    const half = await createResidentTrainee(nodeRuntime, devices.webgpu, lite, Random.fromSeed(1), {
      threads: 1,
    });
    const whole = await createTrainee(config, Random.fromSeed(1), { threads: 1 });
    expectWithin(HALF, distance(await lossCurve(half, lite, 20), await lossCurve(whole, config, 20)));
    const { scale } = half.state.counts['loss scale'] as { scale: number };
    expect(scale).toBeLessThan(2 ** 16);
    await half.release();
    await whole.release();
  }, 240_000);
});

import { describe, expect, it } from 'vitest';
import { presets } from '../../src/config/presets.ts';
import { Random } from '../../src/core/random.ts';
import { devices } from '../../src/runtime/device.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createResidentTrainee } from '../../src/step/resident/trainee.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { adapterHint, adapterWorks } from '../reference/adapter.ts';
import { distance, expectWithin, lossCurve, ROUNDING } from '../reference/loss-curves.ts';
import { expectSameSteps, smallPreset } from '../reference/same-steps.ts';

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

// Preset lite: test/resident-step.test.ts.
describe.skipIf(skipped !== '')(`on WebGPU${skipped}`, () => {
  it.each((Object.keys(presets) as (keyof typeof presets)[]).filter(name => name !== 'lite'))(
    'a step of preset %s equals the step on the CPU',
    async name => expectSameSteps(smallPreset(name), devices.webgpu, 1),
    600_000,
  );

  // 200 steps of lite itself: test/long/webgpu-steps.test.ts.
  it('25 steps of lite follow the CPU, and each transfers a batch to the device and a few losses back', async () => {
    const config = smallPreset('lite');
    const [plain, resident] = [
      await createTrainee(config, Random.fromSeed(1), { threads: 1 }),
      await createResidentTrainee(nodeRuntime, devices.webgpu, config, Random.fromSeed(1)),
    ];
    const measured = distance(await lossCurve(resident, config, 25), await lossCurve(plain, config, 25));
    expectWithin(ROUNDING, measured);
    const batch = 4 * 2 * 32 * 32 * 3;
    expect(resident.transferredBytes.toDevice).toBeGreaterThanOrEqual(batch);
    expect(resident.transferredBytes.toDevice).toBeLessThan(batch + 1024);
    expect(resident.transferredBytes.fromDevice).toBeGreaterThan(0);
    expect(resident.transferredBytes.fromDevice).toBeLessThan(1024);
    await plain.release();
    await resident.release();
  }, 600_000);
});

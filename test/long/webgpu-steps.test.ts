import { beforeAll, describe, expect, test } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { Random } from '../../src/core/random.ts';
import { type Device, devices, wasm } from '../../src/runtime/device.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createResidentTrainee } from '../../src/step/resident/trainee.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { adapterHint, adapterWorks } from '../reference/adapter.ts';
import { lavapipeHint, useLavapipe } from '../reference/lavapipe.ts';
import {
  type Curve,
  type Distance,
  distance,
  expectWithin,
  HALF,
  lossCurve,
  ROUNDING,
} from '../reference/loss-curves.ts';

const STEPS = 200;
const { config } = resolveConfig({ preset: 'lite', size: [64, 64] });
const toFloat16: RunConfig = { ...config, precision: 'float16' };
const onProcessor: Device = { ...wasm, provider: 'cpu' };

const isFast = useLavapipe();
const works = await adapterWorks();

describe(`${STEPS} steps of lite at 64×64 follow the losses of the step of three passes`, () => {
  let reference: Curve;

  beforeAll(async () => {
    reference = await train(config);
  });

  test('as one graph, lowered for WebGPU, on the CPU', async () => {
    expectWithin(ROUNDING, logged(distance(await train(config, onProcessor), reference)));
  });

  test('unlike with a learning rate that is 5 % larger', async () => {
    const faster = logged(distance(await train(config, undefined, 2.1e-4), reference));
    expect(() => expectWithin(ROUNDING, faster)).toThrow('early');
    expect(faster.mean).toBeGreaterThan(ROUNDING.mean);
  });

  test('in float16, on the CPU, less closely', async () => {
    expectWithin(HALF, logged(distance(await train(toFloat16, onProcessor), reference)));
  });

  test.skipIf(!works)(
    `on WebGPU (${adapterHint})`,
    async () => expectWithin(ROUNDING, logged(distance(await train(config, devices.webgpu), reference))),
    // SwiftShader takes half a minute a step.
    36_000_000,
  );

  test.skipIf(!works || !isFast)(
    `on WebGPU in float16 (${lavapipeHint})`,
    async () => expectWithin(HALF, logged(distance(await train(toFloat16, devices.webgpu), reference))),
    3_600_000,
  );
});

async function train(config: RunConfig, device?: Device, learningRate?: number): Promise<Curve> {
  const random = Random.fromSeed(1);
  const options = { threads: 1 };
  const trainee = device
    ? await createResidentTrainee(nodeRuntime, device, config, random, options)
    : await createTrainee(config, random, options);
  const from = performance.now();
  const curve = await lossCurve(trainee, config, STEPS, learningRate);
  console.log(`${((performance.now() - from) / STEPS).toFixed(0)} ms a step`);
  await trainee.release();
  return curve;
}

function logged(measured: Distance): Distance {
  console.log(measured);
  return measured;
}

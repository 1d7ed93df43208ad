import { expect, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { Random } from '../src/core/random.ts';
import { elements } from '../src/core/shape.ts';
import { interpret } from '../src/graph/index.ts';
import { webgpuTarget } from '../src/lower/webgpu/index.ts';
import { trainingMode } from '../src/nn/layers.ts';
import { drawMask } from '../src/nn/masks.ts';
import { initialValues } from '../src/nn/variables.ts';
import { nodeRuntime } from '../src/runtime/node.ts';
import { trainingStep } from '../src/step/algorithms.ts';
import {
  discriminatorPass,
  generatePass,
  generatorPass,
  gradientName,
  nextStateName,
  type Pass,
} from '../src/step/graphs.ts';
import { createResidentTrainee } from '../src/step/resident/trainee.ts';
import type { Trainee, TraineeOptions } from '../src/step/trainee.ts';
import { createTrainee } from '../src/train/networks.ts';
import { relativeDifference } from './reference/same-steps.ts';
import { pairOf } from './reference/training-fixture.ts';

const RATE = 0.5;

const configOf = (algorithm: RunConfig['algorithm'], norm: RunConfig['discriminator']['norm']): RunConfig =>
  resolveConfig({
    preset: 'paper',
    algorithm,
    size: [32, 32],
    generator: { filters: 2, levels: 5 },
    discriminator: { filters: 2, layers: 1, norm },
    loss: { featureMatching: 10 },
    optimizer: { method: 'sgd' },
  }).config;

/** One step with the same weights, batch and masks everywhere; a first step of SGD moves weights by rate · gradient. */
const options: TraineeOptions = { noise: () => Random.fromSeed(5), threads: 1 };

async function trained(trainee: Trainee, config: RunConfig): Promise<Map<string, Float32Array>> {
  await trainee.step(pairOf(config, 0), RATE);
  await trainee.pull();
  const weights = new Map([...trainee.state.model].map(([name, { data }]) => [name, data.slice()]));
  await trainee.release();
  return weights;
}

const onHost = async (config: RunConfig) =>
  trained(await createTrainee(config, Random.fromSeed(1), options), config);

const onDevice = async (config: RunConfig) => {
  const device = { provider: 'cpu', target: webgpuTarget, resident: false, optimization: 'all' } as const;
  return trained(
    await createResidentTrainee(nodeRuntime, device, config, Random.fromSeed(1), options),
    config,
  );
};

/** The weights after separate passes, each with the weights at the start, in double precision. */
function separately(config: RunConfig): Map<string, Float64Array> {
  const { variables, masks } = trainingStep(config);
  const all = [...variables.generator, ...variables.discriminator];
  const start = initialValues(all, Random.fromSeed(1).split('weights'));
  const drawn = masks.map(mask => {
    const array = new Float32Array(elements(mask.shape));
    drawMask(mask, array, Random.fromSeed(5));
    return [mask.name, array] as const;
  });
  const inputs = { ...pairOf(config, 0), ...Object.fromEntries([...start, ...drawn]) };
  const evaluate = ({ outputs }: Pass, more: Record<string, ArrayLike<number>> = {}) => {
    const results = interpret(Object.values(outputs), { ...inputs, ...more });
    return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, results[i]!.data]));
  };
  const { fake } = evaluate(generatePass(config, trainingMode));
  const results = {
    ...evaluate(discriminatorPass(config), { fake: fake! }),
    ...evaluate(generatorPass(config, trainingMode)),
  };
  return new Map(
    all.map(({ name, trainable }) => [
      name,
      trainable
        ? Float64Array.from(start.get(name)!, (weight, i) => weight - RATE * results[gradientName(name)]![i]!)
        : results[nextStateName(name)]!,
    ]),
  );
}

function largestError(actual: Map<string, Float32Array>, expected: Map<string, Float64Array>): number {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  const errors = [...expected].map(([name, values]) =>
    relativeDifference(actual.get(name)!, Float32Array.from(values)),
  );
  return Math.max(...errors);
}

it.each(['instance', 'spectral', 'batch'] as const)(
  'both networks are updated by gradients at the weights before the step, on both executors (%s norm)',
  async norm => {
    const config = configOf('simultaneous', norm);
    const expected = separately(config);
    expect(largestError(await onHost(config), expected)).toBeLessThan(1e-4);
    expect(largestError(await onDevice(config), expected)).toBeLessThan(1e-4);
    // The paper's generator learns from a discriminator that has learnt already.
    expect(largestError(await onHost(configOf('paper', norm)), expected)).toBeGreaterThan(1e-2);
  },
);

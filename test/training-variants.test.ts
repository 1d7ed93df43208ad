import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { type ConfigOverrides, resolveConfig } from '../src/config/resolve-config.ts';
import { Random } from '../src/core/random.ts';
import { topological } from '../src/graph/index.ts';
import { type StepLosses, trainingStep } from '../src/step/algorithms.ts';
import { discriminatorPass } from '../src/step/graphs.ts';
import type { Trainee } from '../src/step/trainee.ts';
import { createTrainee } from '../src/train/networks.ts';
import { pairOf } from './reference/training-fixture.ts';

/** The paper's run, small, with what a test changes. */
function small(overrides: ConfigOverrides = {}): RunConfig {
  const { generator, discriminator, ...others } = overrides;
  return resolveConfig({
    preset: 'paper',
    size: [32, 32],
    ...others,
    generator: { filters: 2, levels: 3, dropout: 0, ...generator },
    discriminator: { filters: 2, layers: 2, ...discriminator },
  }).config;
}

/** Trains on pairs 0, 1, …; `after` sees the networks after each step. */
async function train(
  config: RunConfig,
  steps: number,
  after: (trainee: Trainee) => void = () => {},
): Promise<StepLosses[]> {
  const trainee = await createTrainee(config, Random.fromSeed(0));
  const losses: StepLosses[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push(await trainee.step(pairOf(config, step), config.optimizer.learningRate));
    after(trainee);
  }
  await trainee.release();
  return losses;
}

const inputsOf = (config: RunConfig): string[] =>
  topological(Object.values(trainingStep(config).passes.fool!.outputs))
    .filter(tensor => tensor.op.name === 'input')
    .map(tensor => String(tensor.attributes.name));

describe('a weight of 0 leaves its term out of the graph', () => {
  it('without adversarial terms there is no discriminator', async () => {
    const config = small({ loss: { gan: 0 } });
    expect(inputsOf(config).filter(name => name.startsWith('D'))).toEqual([]);
    const losses = await train(config, 2, ({ discriminator }) => expect(discriminator.parameters).toBe(0));
    for (const { discriminator, generator, l1 } of losses) {
      expect(discriminator).toBe(0);
      expect(generator).toBeCloseTo(100 * l1, 3);
    }
  });

  it('needs no target input if no loss uses it', () => {
    expect(inputsOf(small({ loss: { l1: 0 } }))).not.toContain('target');
    expect(inputsOf(small({ loss: { l1: 0, totalVariation: 1 } }))).not.toContain('target');
    expect(inputsOf(small({ loss: { l1: 0, featureMatching: 1 } }))).toContain('target');
  });

  it('has no mix input if the gradient penalty is 0', () => {
    const wasserstein = (gradientPenalty: number) =>
      topological(
        Object.values(
          discriminatorPass(
            small({
              loss: { adversarial: 'wgan-gp', gradientPenalty },
              generator: { norm: 'none' },
              discriminator: { norm: 'none' },
            }),
          ).outputs,
        ),
      ).some(tensor => tensor.attributes.name === 'mix');
    expect([wasserstein(10), wasserstein(0)]).toEqual([true, false]);
  });
});

describe('updates', () => {
  it('an unconditional discriminator sees the image alone', () => {
    const { variables } = discriminatorPass(small({ discriminator: { conditional: false } }));
    expect(variables.all()[0]!.shape).toEqual([4, 4, 3, 2]);
  });

  it('each network learns at its own rate', async () => {
    const moved = async (overrides: ConfigOverrides['optimizer']) => {
      const config = small(overrides ? { optimizer: overrides } : {});
      let moves = { generator: 0, discriminator: 0 };
      const start = await createTrainee(config, Random.fromSeed(0));
      await train(config, 1, ({ generator, discriminator }) => {
        moves = {
          generator: distance(generator.weights, start.generator.weights),
          discriminator: distance(discriminator.weights, start.discriminator.weights),
        };
      });
      await start.release();
      return moves;
    };
    const [same, own] = [await moved({}), await moved({ discriminatorLearningRate: 8e-4 })];
    // A first step of Adam moves every weight by the rate.
    expect(own.discriminator / same.discriminator).toBeCloseTo(4, 1);
    expect(own.generator / same.generator).toBeCloseTo(1, 1);
  });

  it.each(['paper', 'article'] as const)(
    'a weighted loss of D is reported unweighted (%s)',
    async algorithm => {
      const lossOf = async (discriminator: number) =>
        (await train(small({ algorithm, loss: { discriminator } }), 1))[0]!.discriminator;
      expect(await lossOf(0.5)).toBeCloseTo(await lossOf(1), 3);
    },
  );

  it('accumulated over two batches are one update by the mean gradient', async () => {
    const plain = { generator: { norm: 'none' }, discriminator: { norm: 'none' } } as const;
    const config = small({ ...plain, loss: { gan: 0 }, optimizer: { accumulate: 2, method: 'sgd' } });
    const weights: Float32Array[] = [];
    const gradients: Float32Array[] = [];
    await train(config, 2, ({ generator }) => {
      weights.push(generator.weights.slice());
      gradients.push(generator.gradients.slice());
    });
    const start = await createTrainee(config, Random.fromSeed(0));
    expect(weights[0]).toEqual(start.generator.weights);
    const second = gradients[1]!; // by now the mean
    const expected = start.generator.weights.map((weight, i) => weight - 2e-4 * second[i]!);
    expect(distance(weights[1]!, expected)).toBeLessThan(1e-6);
    expect(distance(weights[1]!, weights[0]!)).toBeGreaterThan(1e-5);
    await start.release();
  });

  it('clipped gradients have the norm of the limit', async () => {
    await train(small({ optimizer: { clipNorm: 0.01 } }), 1, ({ generator, discriminator }) => {
      for (const { gradients } of [generator, discriminator]) {
        expect(Math.hypot(...gradients)).toBeCloseTo(0.01, 4);
      }
    });
  });

  it('translation uses averaged weights, and the current state of the norms', async () => {
    const config = small({ optimizer: { average: 0.99 } });
    const start = await createTrainee(config, Random.fromSeed(0));
    await train(config, 1, ({ generator: { variables, values, weights } }) => {
      const { name } = variables[0]!;
      const initial = start.generator.values[name]!;
      const expected = initial.map((value, i) => (2 / 11) * value + (9 / 11) * weights[i]!);
      expect(distance(values[name]!, expected)).toBeLessThan(1e-8);
      expect(distance(values[name]!, initial)).toBeGreaterThan(1e-4);
      const state = variables.find(({ trainable }) => !trainable)!;
      expect(values[state.name]).not.toEqual(start.generator.values[state.name]);
    });
    await start.release();
  });

  it('a plateau lowers the rate', async () => {
    const still = small({ schedule: { course: 'plateau', patience: 1, factor: 0 } });
    const snapshots: Float32Array[] = [];
    await train(still, 12, ({ generator }) => snapshots.push(generator.weights.slice()));
    expect(snapshots.at(-1)).toEqual(snapshots.at(-2));
    expect(snapshots[1]).not.toEqual(snapshots[0]);
  });
});

describe('every kind of network and loss trains', () => {
  it.each<ConfigOverrides>([
    { generator: { architecture: 'resnet', blocks: 1, levels: 2, dropout: 0.5 } },
    { generator: { upsampling: 'resize', skips: false, initializer: 'he' } },
    { discriminator: { layers: 0, initializer: 'orthogonal' }, loss: { adversarial: 'lsgan', l2: 1 } },
    { size: [64, 48], discriminator: { scales: 2 }, loss: { featureMatching: 10, totalVariation: 1 } },
    { loss: { adversarial: 'hinge' }, optimizer: { method: 'adamw', weightDecay: 0.01 } },
    {
      loss: { adversarial: 'wgan-gp' },
      generator: { norm: 'instance' },
      discriminator: { norm: 'instance' },
      optimizer: { method: 'sgd' },
    },
    {
      algorithm: 'simultaneous',
      discriminator: { architecture: 'segmentation', norm: 'spectral' },
      loss: { adversarial: 'segmentation', featureMatching: 1 },
    },
    { generator: { upsampling: 'resize' }, loss: { gan: 0, l1: 0, l1Coarse: 10 } },
    { discriminator: { blur: true, scales: 2, layers: 1 } },
    { preset: 'article', loss: { adversarial: 'lsgan', gan: 2 }, discriminator: { layers: 3, blur: true } },
    { preset: 'article', generator: { norm: 'instance' }, discriminator: { norm: 'none' } },
  ])('%j', async overrides => {
    const config = small(overrides);
    const losses = await train(config, 3);
    expect(losses.flatMap(loss => Object.values(loss)).every(Number.isFinite)).toBe(true);
    expect(losses[0]).not.toEqual(losses[2]);
  });
});

/** Largest difference. */
function distance(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

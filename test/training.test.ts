import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { presets } from '../src/config/presets.ts';
import { imageToTensor } from '../src/core/image.ts';
import { Random } from '../src/core/random.ts';
import { printGraph } from '../src/graph/index.ts';
import { inferenceMode } from '../src/nn/layers.ts';
import { syntheticFacade } from '../src/prepare/facades/index.ts';
import type { StepLosses } from '../src/step/algorithms.ts';
import { generatorPass, labeledDiscriminatorPass } from '../src/step/graphs.ts';
import type { TrainingPair } from '../src/step/trainee.ts';
import { createTrainee, createTranslation } from '../src/train/networks.ts';
import { pairOf, smallRun } from './reference/training-fixture.ts';

/** Trains on one pair over and over. */
async function lossesOf(config: RunConfig, pair: TrainingPair, steps: number): Promise<StepLosses[]> {
  const trainee = await createTrainee(config, Random.fromSeed(config.seed));
  const losses: StepLosses[] = [];
  for (let step = 0; step < steps; step++)
    losses.push(await trainee.step(pair, config.optimizer.learningRate));
  await trainee.release();
  return losses;
}

const withDropout = (config: RunConfig): RunConfig => ({
  ...config,
  generator: { ...config.generator, dropout: 0.5 },
});

describe('the same seed gives the same losses, bit for bit', () => {
  const article = withDropout(smallRun(64, 5, 4, 1));
  const paper: RunConfig = {
    ...presets.paper,
    size: [64, 64],
    generator: { ...presets.paper.generator, filters: 4, levels: 6 },
    discriminator: { ...presets.paper.discriminator, filters: 4 },
  };

  it.each([
    ['article', article],
    ['paper', paper],
  ])('%s', async (_, config) => {
    const pair = pairOf(config, 1);
    const first = await lossesOf(config, pair, 4);
    expect(await lossesOf(config, pair, 4)).toEqual(first);
    expect(await lossesOf({ ...config, seed: 1 }, pair, 4)).not.toEqual(first);
    expect(first.flatMap(loss => Object.values(loss)).every(Number.isFinite)).toBe(true);
  });
});

it('overfits a single pair to a mean error below 0.05', async () => {
  const small = smallRun(32, 3, 16, 1);
  const config: RunConfig = { ...small, loss: { ...small.loss, l1: 100 } };
  const facade = syntheticFacade(Random.fromSeed(3), 32);
  const pair = { condition: imageToTensor(facade.label), target: imageToTensor(facade.photo) };
  const trainee = await createTrainee(config, Random.fromSeed(1), { threads: 1 });
  for (let step = 0; step < 400; step++) await trainee.step(pair, 4e-3 * (1 - step / 400));
  const translation = await createTranslation(config, trainee.generator.values);
  const image = imageToTensor(await translation.run(facade.label, Random.fromSeed(1)));
  await trainee.release();
  await translation.release();
  const error = image.reduce((sum, value, i) => sum + Math.abs(value - pair.target[i]!), 0) / image.length;
  expect(error).toBeLessThan(0.05);
});

describe('printed step graphs match the snapshots', () => {
  const config = smallRun(32, 2, 2, 1);

  it('discriminator', () => {
    expect(printGraph(labeledDiscriminatorPass(config).outputs)).toMatchSnapshot();
  });

  it('generator', () => {
    expect(printGraph(generatorPass(config, inferenceMode).outputs)).toMatchSnapshot();
  });
});

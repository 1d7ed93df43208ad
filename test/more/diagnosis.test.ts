import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import type { ConfigOverrides } from '../../src/config/resolve-config.ts';
import type { Split } from '../../src/data/pair-files.ts';
import { openPairs } from '../../src/data/pairing.ts';
import { diagnoseModel } from '../../src/evaluate/diagnosis/diagnose-model.ts';
import { diagnoseRun } from '../../src/evaluate/diagnosis/diagnose-run.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { openFiniteModel } from '../../src/runs/model-files.ts';
import { follow, smallConfig } from '../reference/small-runs.ts';

let folder: string;
let data: string;

/** Four facades to learn from, twelve times each, so that an epoch is long; eight others to test. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diagnosis-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 4, test: 8, size: 32, seed: 0 });
  const { pairs } = await openPairs(data, { split: 'train' });
  for (const [i, pair] of pairs.entries()) {
    const file = (pair as { readonly file: string }).file;
    for (let copy = 1; copy < 12; copy++) await copyFile(file, join(data, 'train', `copy-${copy}-${i}.png`));
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Trains on the four facades, for real. */
async function train(name: string, overrides: ConfigOverrides): Promise<string> {
  const runFolder = join(folder, name);
  const config = smallConfig({
    direction: 'BtoA',
    checkpoints: { everyEpochs: 100, everyMinutes: 60 },
    augment: { jitter: 1, mirror: false },
    ...overrides,
  });
  await follow({ data, runFolder, config, skipBad: false });
  return runFolder;
}

/** What is found where the model is scored on `split`. */
async function kindsFor(
  runFolder: string,
  split: Split = 'test',
  change: (config: RunConfig) => RunConfig = config => config,
) {
  const { config, tensors } = await openFiniteModel(runFolder);
  const pairs = {
    train: (await openPairs(data, { split: 'train' })).pairs,
    test: (await openPairs(data, { split })).pairs,
  };
  const findings = await diagnoseModel('run', { config: change(config), tensors }, pairs);
  for (const { text, advice } of findings)
    for (const part of [text, advice]) expect(part).not.toMatch(/NaN|\.$/);
  return findings.map(({ kind }) => kind);
}

test('a generator that has memorised four facades is overfitting; an untrained one is not', async () => {
  const memorising: ConfigOverrides = {
    loss: { gan: 0, l1: 100 },
    generator: { filters: 8, levels: 3, norm: 'instance', dropout: 0 },
    optimizer: { learningRate: 4e-3 },
  };
  expect(await kindsFor(await train('memory', { ...memorising, epochs: 5 }))).toEqual(['overfitting']);
  expect(await kindsFor(await train('beginner', { ...memorising, steps: 2 }))).toEqual([]);
});

test('moving averages that lag behind the weights are a statistics mismatch; the picture’s own statistics are not', async () => {
  // Averages with Keras' momentum of 0.99 are still near where they began after so few steps.
  const run = await train('lagging', {
    epochs: 2,
    loss: { gan: 0, l1: 100 },
    generator: {
      ...{ architecture: 'article', upsampling: 'resize', filters: 4, levels: 3, dropout: 0 },
      inference: { statistics: 'moving' },
    },
    optimizer: { learningRate: 2e-3 },
  });
  // On the pairs that it knows, which it translates well with the picture's own statistics.
  expect(await kindsFor(run, 'train')).toEqual(['statistics mismatch']);
  const own = (config: RunConfig): RunConfig => ({
    ...config,
    generator: { ...config.generator, inference: { ...config.generator.inference, statistics: 'batch' } },
  });
  expect(await kindsFor(run, 'train', own)).toEqual([]);
});

test('a discriminator dominates if it learns and the generator doesn’t, but not if neither does', async () => {
  const kindsOf = async (name: string, discriminatorLearningRate: number) => {
    const run = await train(name, {
      epochs: 3,
      generator: { filters: 2, levels: 2 },
      discriminator: { filters: 8, layers: 1 },
      optimizer: { learningRate: 1e-9, discriminatorLearningRate },
    });
    return (await diagnoseRun(name, run, (await openFiniteModel(run)).config)).map(({ kind }) => kind);
  };
  expect(await kindsOf('dominating', 2e-3)).toEqual(['discriminator dominates']);
  expect(await kindsOf('even', 1e-9)).toEqual([]);
});

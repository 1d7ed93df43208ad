import { distance } from 'fastest-levenshtein';
import { UserError } from '../core/errors.ts';
import type { RunConfig } from './config.ts';

const article: RunConfig = {
  preset: 'article',
  algorithm: 'article',
  direction: 'AtoB',
  size: [256, 256],
  epochs: 50,
  steps: null,
  minutes: null,
  constantEpochs: null,
  batchSize: 1,
  shuffle: false,
  seed: 0,
  generator: {
    architecture: 'article',
    filters: 64,
    levels: null,
    dropout: 0.5,
    inference: { statistics: 'moving', dropout: false },
  },
  discriminator: { architecture: 'article', filters: 64 },
  loss: { l1: 0, discriminator: 1 },
  optimizer: { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-7, form: 'keras', shared: true },
  augment: { jitter: 1, mirror: false },
};

const paper: RunConfig = {
  ...article,
  preset: 'paper',
  algorithm: 'paper',
  epochs: 200,
  constantEpochs: 100,
  shuffle: true,
  generator: {
    architecture: 'unet',
    filters: 64,
    levels: null,
    dropout: 0.5,
    inference: { statistics: 'batch', dropout: true },
  },
  discriminator: { architecture: 'patchgan', filters: 64 },
  loss: { l1: 100, discriminator: 0.5 },
  optimizer: { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, form: 'pytorch', shared: false },
  augment: { jitter: 286 / 256, mirror: true },
};

/** The paper's networks small enough for minutes on two cores, without augmentation or noise. */
const demo: RunConfig = {
  ...paper,
  preset: 'demo',
  direction: 'BtoA',
  size: [128, 128],
  epochs: 10,
  constantEpochs: 6,
  minutes: 3.5,
  generator: {
    ...paper.generator,
    filters: 16,
    dropout: 0,
    inference: { statistics: 'batch', dropout: false },
  },
  discriminator: { ...paper.discriminator, filters: 16 },
  optimizer: { ...paper.optimizer, learningRate: 5e-4 },
  augment: { jitter: 1, mirror: false },
};

/** Complete run configs, by name. */
export const presets = { article, paper, demo } as const satisfies Record<string, RunConfig>;

/** The preset called `name`. Throws {@link UserError} that suggests the nearest name. */
export function presetNamed(name: string): RunConfig {
  if (Object.hasOwn(presets, name)) return presets[name as keyof typeof presets];
  const names = Object.keys(presets);
  const nearest = names.reduce((best, each) => (distance(each, name) < distance(best, name) ? each : best));
  throw new UserError(
    `Cannot find preset "${name}": did you mean "${nearest}"? Presets are ${names.join(', ')}`,
  );
}

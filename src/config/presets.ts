import { distance } from 'fastest-levenshtein';
import { UserError } from '../core/errors.ts';
import type { RunConfig } from './config.ts';

const article: RunConfig = {
  preset: 'article',
  algorithm: 'article',
  direction: 'AtoB',
  size: [256, 256],
  channels: { condition: 3, target: 3 },
  depth: { condition: 8, target: 8 },
  epochs: 50,
  steps: null,
  minutes: null,
  batchSize: 1,
  precision: 'float32',
  shuffle: false,
  seed: 0,
  generator: {
    architecture: 'article',
    filters: 64,
    levels: null,
    blocks: 9,
    enhancerBlocks: 3,
    norm: 'batch',
    upsampling: 'resize',
    skips: true,
    dropout: 0.5,
    initializer: 'glorot',
    inference: { statistics: 'moving', dropout: false },
  },
  discriminator: {
    architecture: 'article',
    filters: 64,
    layers: 4,
    scales: 1,
    norm: 'batch',
    conditional: true,
    initializer: 'glorot',
  },
  loss: {
    adversarial: 'bce',
    gan: 1,
    l1: 0,
    l2: 0,
    totalVariation: 0,
    featureMatching: 0,
    gradientPenalty: 10,
    discriminator: 1,
  },
  optimizer: {
    method: 'adam',
    learningRate: 2e-4,
    discriminatorLearningRate: null,
    beta1: 0.5,
    beta2: 0.999,
    epsilon: 1e-7,
    form: 'keras',
    shared: true,
    momentum: 0.9,
    weightDecay: 0,
    clipNorm: null,
    accumulate: 1,
    average: null,
  },
  schedule: {
    course: 'constant',
    warmUpEpochs: 0,
    constantEpochs: 0,
    stepEpochs: 50,
    patience: 2000,
    factor: 0.1,
  },
  labels: { planes: false, palette: null, boundaries: 'none' },
  resize: { mode: 'resize', condition: 'area', target: 'area' },
  augment: { jitter: 1, mirror: false, rotation: 0, scale: 1, color: 0 },
  freeze: null,
  checkpoints: { everyEpochs: 1, everyMinutes: 10, everySteps: null, keep: 2 },
  guard: { action: 'warn', steps: 200, factor: 0.5, rollbacks: 3 },
  validation: { everySteps: null, share: 0.1, metric: 'l1', patience: null },
};

const paper: RunConfig = {
  ...article,
  preset: 'paper',
  algorithm: 'paper',
  epochs: 200,
  shuffle: true,
  generator: {
    ...article.generator,
    architecture: 'unet',
    upsampling: 'transposed',
    initializer: 'normal',
    inference: { statistics: 'batch', dropout: true },
  },
  discriminator: { ...article.discriminator, architecture: 'patchgan', layers: 3, initializer: 'normal' },
  loss: { ...article.loss, l1: 100, discriminator: 0.5 },
  optimizer: { ...article.optimizer, epsilon: 1e-8, form: 'pytorch', shared: false },
  schedule: { ...article.schedule, course: 'linear', constantEpochs: 100 },
  resize: { ...article.resize, mode: 'resize-and-crop' },
  augment: { ...article.augment, jitter: 286 / 256, mirror: true },
};

/** The paper's networks small enough for minutes on two cores, without augmentation or noise. */
const demo: RunConfig = {
  ...paper,
  preset: 'demo',
  direction: 'BtoA',
  size: [128, 128],
  epochs: 10,
  minutes: 3.5,
  generator: {
    ...paper.generator,
    filters: 16,
    dropout: 0,
    inference: { statistics: 'batch', dropout: false },
  },
  discriminator: { ...paper.discriminator, filters: 16 },
  optimizer: { ...paper.optimizer, learningRate: 5e-4 },
  schedule: { ...paper.schedule, constantEpochs: 6 },
  resize: article.resize,
  augment: article.augment,
};

/** Few filters, a twentieth of the paper's weights, for browsers and small machines; the same image every time. */
const lite: RunConfig = {
  ...paper,
  preset: 'lite',
  generator: {
    ...paper.generator,
    filters: 16,
    upsampling: 'resize',
    dropout: 0,
    inference: { statistics: 'batch', dropout: false },
  },
  discriminator: { ...paper.discriminator, filters: 16 },
};

/** Pix2PixHD's global generator with two discriminators (Wang et al. 2018, arXiv:1711.11585), for 512 pixels and more. */
const hd: RunConfig = {
  ...paper,
  preset: 'hd',
  size: [512, 512],
  generator: {
    ...paper.generator,
    architecture: 'resnet',
    levels: 4,
    norm: 'instance',
    dropout: 0,
    inference: { statistics: 'batch', dropout: false },
  },
  discriminator: { ...paper.discriminator, scales: 2, norm: 'instance' },
  loss: { ...paper.loss, adversarial: 'lsgan', l1: 0, featureMatching: 10 },
  resize: article.resize,
  augment: { ...article.augment, mirror: true },
};

/** Complete run configs, by name. */
export const presets = { article, paper, demo, lite, hd } as const satisfies Record<string, RunConfig>;

/** The preset called `name`. Throws {@link UserError} that suggests the nearest name. */
export function presetNamed(name: string): RunConfig {
  if (Object.hasOwn(presets, name)) return presets[name as keyof typeof presets];
  const names = Object.keys(presets);
  const nearest = names.reduce((best, each) => (distance(each, name) < distance(best, name) ? each : best));
  throw new UserError(
    `Cannot find preset "${name}": did you mean "${nearest}"? Presets are ${names.join(', ')}`,
  );
}

import { distance } from 'fastest-levenshtein';
import { UserError } from '../core/errors.ts';
import { presetNames, type RunConfig } from './config.ts';
import { merge, type SomeOf } from './merge-config.ts';
import { defaultConfig } from './settings-index.ts';

type PresetName = (typeof presetNames)[number];

const paper = defaultConfig;

/**
 * What the presets for label maps and for other images share: both networks learn from one pass, the discriminator judges
 * every pixel (Schönfeld et al. 2020, arXiv:2002.12655), normalised by spectral norm (Miyato et al. 2018,
 * arXiv:1802.05957), and the generator's weights are averaged. recipes/pictures.md compares them with preset `paper`.
 */
const pixelwise = {
  algorithm: 'simultaneous',
  generator: {
    architecture: 'clade',
    filters: 24,
    norm: 'instance',
    upsampling: 'resize',
    dropout: 0,
    inference: { dropout: false },
  },
  discriminator: { architecture: 'segmentation', filters: 16, layers: 4, norm: 'spectral' },
  loss: { adversarial: 'segmentation', discriminator: 1 },
  optimizer: { learningRate: 8e-4, discriminatorLearningRate: 4e-4, beta1: 0, beta2: 0.99, average: 0.999 },
  schedule: { constantEpochs: 140 },
} as const satisfies SomeOf<RunConfig>;

/** The discriminator tells real pixels from generated ones. */
const images = {
  ...pixelwise,
  loss: { ...pixelwise.loss, l1: 50, featureMatching: 10 },
} as const satisfies SomeOf<RunConfig>;

/** What differs from preset `paper`. */
const differences = {
  /** The discriminator names each pixel's class, the generator's norms know it (OASIS, CLADE: arXiv:2012.04781, 2004.02867). */
  labels: {
    ...pixelwise,
    generator: { ...pixelwise.generator, upsampling: 'bilinear' },
    discriminator: { ...pixelwise.discriminator, conditional: false },
    loss: { ...pixelwise.loss, l1: 10, featureMatching: 2 },
    labels: { planes: true, boundaries: 'labels' },
  },
  images,
  /** The networks and updates of "Pix2Pix Unleashed", layer by layer. */
  article: {
    algorithm: 'article',
    epochs: 50,
    shuffle: false,
    generator: {
      architecture: 'article',
      upsampling: 'resize',
      initializer: 'glorot',
      inference: { statistics: 'moving', dropout: false },
    },
    discriminator: { architecture: 'article', layers: 4, initializer: 'glorot' },
    loss: { l1: 0, discriminator: 1 },
    optimizer: { epsilon: 1e-7, form: 'keras', shared: true },
    schedule: { course: 'constant', constantEpochs: 0 },
    resize: { mode: 'resize' },
    augment: { jitter: 1, mirror: false },
  },
  paper: {},
  /** `images` small enough for minutes on two cores. */
  demo: {
    ...images,
    size: [128, 128],
    epochs: 4,
    minutes: 3.5,
    generator: { ...images.generator, filters: 16 },
    discriminator: { ...images.discriminator, filters: 12 },
    schedule: { constantEpochs: 2 },
    resize: { mode: 'resize' },
    augment: { jitter: 1 },
  },
  /** Few filters, a sixteenth of the paper's weights; the same image every time. */
  lite: {
    generator: { filters: 16, upsampling: 'resize', dropout: 0, inference: { dropout: false } },
    discriminator: { filters: 16 },
  },
  /** Pix2PixHD's global generator with two discriminators (Wang et al. 2018, arXiv:1711.11585). */
  hd: {
    size: [512, 512],
    generator: {
      architecture: 'resnet',
      levels: 4,
      norm: 'instance',
      dropout: 0,
      inference: { dropout: false },
    },
    discriminator: { scales: 2, norm: 'instance' },
    loss: { adversarial: 'lsgan', l1: 0, featureMatching: 10 },
    resize: { mode: 'resize' },
    augment: { jitter: 1 },
  },
} as const satisfies Record<PresetName, SomeOf<RunConfig>>;

/** What each preset is for, in a line. */
export const presetDescriptions: Readonly<Record<PresetName, string>> = {
  labels: 'For label maps: a texture for each label, sharper than preset paper',
  images: 'For drawings, maps, photos and all other inputs',
  article: '“Pix2Pix Unleashed”, layer by layer and update by update',
  paper: 'Isola et al. 2017, as published',
  demo: 'Small, trains in a few minutes',
  lite: 'A sixteenth of the paper’s weights, for browsers and small machines',
  hd: 'Pix2PixHD’s generator with two discriminators, for 512 pixels and more',
};

/** Complete run configs, by name. */
export const presets = Object.fromEntries(
  presetNames.map(preset => [preset, merge(paper, { ...differences[preset], preset })]),
) as Readonly<Record<PresetName, RunConfig>>;

/** The preset called `name`. Throws {@link UserError} that suggests the nearest name. */
export function presetNamed(name: string): RunConfig {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName];
  const nearest = presetNames.reduce((best, each) =>
    distance(each, name) < distance(best, name) ? each : best,
  );
  throw new UserError(
    `Cannot find preset "${name}": did you mean "${nearest}"? Presets are ${presetNames.join(', ')}`,
  );
}

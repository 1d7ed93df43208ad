import { distance } from 'fastest-levenshtein';
import { UserError } from '../core/errors.ts';
import { presetNames, type RunConfig } from './config.ts';
import { merge, type SomeOf } from './merge-config.ts';
import { defaultConfig } from './settings.ts';

type PresetName = (typeof presetNames)[number];

const paper = defaultConfig;

/** What differs from preset `paper`. */
const differences = {
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
  /** The paper's networks small enough for minutes on two cores, without augmentation or noise. */
  demo: {
    direction: 'BtoA',
    size: [128, 128],
    epochs: 10,
    minutes: 3.5,
    generator: { filters: 16, dropout: 0, inference: { dropout: false } },
    discriminator: { filters: 16 },
    optimizer: { learningRate: 5e-4 },
    schedule: { constantEpochs: 6 },
    resize: { mode: 'resize' },
    augment: { jitter: 1, mirror: false },
  },
  /** Few filters, a twentieth of the paper's weights; the same image every time. */
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
  article: '“Pix2Pix Unleashed”, layer by layer and update by update',
  paper: 'Isola et al. 2017, as published; slow without a GPU',
  demo: 'Small, trains in a few minutes',
  lite: 'A twentieth of the paper’s weights, for browsers and small machines',
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

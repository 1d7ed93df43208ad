import { expect, it } from 'vitest';
import { type ConfigOverrides, resolveConfig } from './resolve-config.ts';

it.each<[ConfigOverrides, string]>([
  [{ loss: { gan: 0, l1: 0 } }, 'all loss weights at 0: use --gan 1 or --l1 100'],
  [{ preset: 'article', generator: { upsampling: 'transposed' } }, 'use --upsampling resize'],
  [{ preset: 'article', generator: { upsampling: 'bilinear' } }, 'with upsampling "bilinear": use'],
  [{ generator: { architecture: 'resnet', skips: false } }, 'use --generator unet, or leave out --no-skips'],
  [{ preset: 'hd', generator: { architecture: 'enhancer', filters: 5 } }, 'use --filters 6'],
  [{ preset: 'hd', size: [48, 48], generator: { architecture: 'enhancer' } }, 'use --levels 3'],
  [{ labels: { boundaries: 'labels' } }, 'use --boundaries none, or add --label-planes'],
  [{ labels: { planes: true, boundaries: 'ids' } }, 'use --condition-channels 4'],
  [{ labels: { planes: true }, augment: { color: 0.1 } }, 'use --color 0'],
  [
    { generator: { keepLuminance: true }, channels: { condition: 4 } },
    'use --condition-channels 1 or 3 and --target-channels 3',
  ],
  [{ labels: { planes: true }, augment: { cutout: 0.5 } }, 'gray is not a class; use --cutout 0'],
  [{ generator: { keepLuminance: true }, augment: { cutout: 0.5 } }, 'keep the gray square; use --cutout 0'],
  [
    { labels: { planes: true }, augment: { roughen: 1 } },
    'mixed colours are not class colours; use --roughen 0',
  ],
  [
    { labels: { boundaries: 'ids' }, channels: { condition: 4 }, augment: { roughen: 1 } },
    'mixed ids are not ids; use --roughen 0',
  ],
  [
    { generator: { keepLuminance: true }, augment: { roughen: 1 } },
    'keep the rough strokes; use --roughen 0',
  ],
  [{ generator: { keepLuminance: true }, augment: { distort: 0.1 } }, 'use --distort 0'],
  [{ generator: { keepLuminance: true }, augment: { color: 0.2 } }, 'use --color 0'],
  [{ labels: { boundaries: 'ids' }, channels: { condition: 1 } }, 'leave out --boundaries'],
  [{ preset: 'article', discriminator: { layers: 0 } }, 'use --discriminator-layers 1 or more'],
  [
    { preset: 'article', loss: { adversarial: 'hinge' } },
    'use --adversarial bce or lsgan, or --preset paper',
  ],
  [{ preset: 'article', optimizer: { accumulate: 4 } }, 'use --batch-size 4, or --preset paper'],
  [{ loss: { adversarial: 'wgan-gp' } }, 'use --norm instance or --norm none'],
  [{ optimizer: { weightDecay: 0.01 } }, 'use --optimizer adamw, or --weight-decay 0'],
  [{ epochs: 3, schedule: { warmUpEpochs: 3 } }, 'use fewer --warm-up-epochs or more --epochs'],
  [{ size: [64, 64], discriminator: { layers: 5 } }, '96 pixels or more; use --size 96, or fewer --disc'],
  [{ size: [32, 64], discriminator: { scales: 2 } }, '48 pixels or more; use --size 48x64'],
  [
    { preset: 'article', size: [80, 80], discriminator: { layers: 5 } },
    'multiples of 32, and at least 64; use --size 96',
  ],
  [
    { generator: { architecture: 'resnet', levels: 5 }, size: [32, 32] },
    'its bottleneck would be a single value, which batch norm turns to zero; use --levels 4',
  ],
  [
    { preset: 'article', size: [128, 128], batchSize: 2, generator: { norm: 'instance', levels: 7 } },
    'which instance norm turns to zero; use --levels 6 or a larger --size',
  ],
  [{ grow: '64:60%,128:40%' }, 'its shares leave no steps for --size 256; their sum must be below 100%'],
  [{ grow: '128:20%,64:20%' }, 'each size must be larger than the one before, in the proportions of --size'],
  [{ grow: '256:20%' }, '--grow 256:20% and --size 256: each size must be larger than the one before'],
  [{ size: [128, 256], grow: '64:20%' }, '--size 128x256: each size must be larger'],
  [{ grow: '64:20%', resize: { mode: 'none' }, augment: { jitter: 1 } }, 'use --resize resize, or leave out'],
  [
    { size: [64, 64], grow: '16:20%' },
    'at 16×16: height and width must be 32 pixels or more; use 32 in --grow',
  ],
  [
    { grow: '64:20%', generator: { levels: 8 } },
    '8 levels at 64×64: the size must be a multiple of 256; use --levels 6 or another --grow',
  ],
])('refuses %j, naming the fix', (overrides, message) => {
  expect(() => resolveConfig({ preset: 'paper', ...overrides })).toThrow(message);
  expect(() => resolveConfig({ preset: 'paper', ...overrides })).toThrow(
    expect.objectContaining({ name: 'UserError' }),
  );
});

it.each<ConfigOverrides>([
  { loss: { gan: 0 }, size: [16, 16], generator: { levels: 4 } },
  { loss: { gan: 0, adversarial: 'wgan-gp' } },
  { discriminator: { layers: 0 } },
  { size: [96, 64], generator: { architecture: 'resnet' } },
  { preset: 'article', loss: { adversarial: 'lsgan' }, discriminator: { norm: 'none' } },
])('accepts %j', overrides => {
  expect(() => resolveConfig({ preset: 'paper', ...overrides })).not.toThrow();
});

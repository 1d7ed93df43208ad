import { UserError } from '../core/errors.ts';
import { croppingModes, type Size } from '../core/sizes.ts';
import { discriminators, sideMultiple, smallestSide } from '../models/discriminators.ts';
import { generators } from '../models/generators.ts';
import { adversarialLosses } from '../nn/adversarial.ts';
import { type RunConfig, usesDiscriminator } from './config.ts';
import { smallerSizes, trainingSizes } from './size-stages.ts';

/** Throws {@link UserError}, naming the fix, for settings that are valid alone and not together. */
export function checkCombination(config: RunConfig): void {
  for (const { applies, message } of impossible) {
    if (applies(config)) throw new UserError(message(config));
  }
  if (usesDiscriminator(config)) for (const size of trainingSizes(config)) checkPatches(config, size);
}

interface Impossible {
  readonly applies: (config: RunConfig) => boolean;
  readonly message: (config: RunConfig) => string;
}

const impossible: readonly Impossible[] = [
  {
    applies: ({ loss }) =>
      [loss.gan, loss.l1, loss.l1Coarse, loss.l2, loss.totalVariation, loss.featureMatching].every(isZero),
    message: () => 'Cannot train with all loss weights at 0: use --gan 1 or --l1 100',
  },
  {
    applies: ({ generator }) => generator.architecture === 'article' && generator.upsampling !== 'resize',
    message: ({ generator }) =>
      `Cannot build generator "article" with upsampling "${generator.upsampling}": use --upsampling resize, or --generator unet`,
  },
  {
    applies: ({ generator }) => generators[generator.architecture].residual && !generator.skips,
    message: ({ generator }) =>
      `Cannot build generator "${generator.architecture}" with --no-skips: only U-Nets have skip connections; use --generator unet, or leave out --no-skips`,
  },
  {
    applies: ({ generator }) => generator.architecture === 'enhancer' && generator.filters % 2 === 1,
    message: ({ generator }) =>
      `Cannot build generator "enhancer" with ${generator.filters} filters: it needs an even number; use --filters ${generator.filters + 1}`,
  },
  {
    applies: ({ discriminator: { architecture, layers } }) =>
      layers < discriminators[architecture].fewestLayers,
    message: ({ discriminator: { architecture, layers } }) =>
      `Cannot build discriminator "${architecture}" with ${layers} layers: use --discriminator-layers ${discriminators[architecture].fewestLayers} or more`,
  },
  {
    applies: ({ algorithm, loss }) =>
      algorithm === 'article' && !('labeled' in adversarialLosses[loss.adversarial]),
    message: ({ loss }) =>
      `Cannot train with adversarial loss "${loss.adversarial}" in the article's algorithm, which does not support it: use --adversarial bce or lsgan, or --preset paper`,
  },
  {
    applies: ({ loss, discriminator }) =>
      loss.adversarial === 'segmentation' && loss.gan > 0 && discriminator.architecture !== 'segmentation',
    message: ({ discriminator }) =>
      `Cannot train with adversarial loss "segmentation" and discriminator "${discriminator.architecture}", which does not classify pixels: add --adversarial bce, lsgan or hinge, or use --discriminator segmentation`,
  },
  {
    applies: ({ generator }) => generator.norm === 'spectral',
    message: () =>
      'Cannot build a generator with spectral norm, which is for discriminators: use --norm instance --discriminator-norm spectral',
  },
  {
    applies: ({ algorithm, optimizer }) => algorithm === 'article' && optimizer.accumulate > 1,
    message: ({ optimizer, batchSize }) =>
      `Cannot average the gradients of ${optimizer.accumulate} batches in the article's algorithm, which updates the discriminator twice per batch: use --batch-size ${batchSize * optimizer.accumulate}, or --preset paper`,
  },
  {
    applies: ({ loss, discriminator }) =>
      loss.adversarial === 'wgan-gp' && loss.gan > 0 && discriminator.norm === 'batch',
    message: () =>
      'Cannot train with adversarial loss "wgan-gp" and batch norm: its gradient penalty treats each image separately, and batch norm mixes them; use --norm instance or --norm none',
  },
  {
    applies: ({ loss, precision }) => loss.adversarial === 'wgan-gp' && precision === 'float16',
    message: () =>
      'Cannot train with adversarial loss "wgan-gp" in float16: its gradients exceed float16’s range; use --precision float32',
  },
  {
    applies: ({ optimizer }) => optimizer.method === 'adam' && optimizer.weightDecay > 0,
    message: ({ optimizer }) =>
      `Cannot train with weight decay ${optimizer.weightDecay} and Adam: use --optimizer adamw, or --weight-decay 0`,
  },
  {
    applies: ({ resize, augment }) => !croppingModes.includes(resize.mode) && augment.jitter > 1,
    message: ({ resize, augment }) =>
      `Cannot use --jitter ${augment.jitter} with --resize ${resize.mode}, which does not crop: use --resize resize-and-crop, or --jitter 1`,
  },
  {
    applies: ({ labels }) => labels.boundaries === 'labels' && !labels.planes,
    message: () =>
      'Cannot use --boundaries labels without --label-planes: use --boundaries none, or add --label-planes',
  },
  {
    applies: ({ labels: { planes, boundaries }, channels }) =>
      planes && channels.condition !== (boundaries === 'ids' ? 4 : 3),
    message: ({ labels: { boundaries }, channels }) =>
      `Cannot use --label-planes on conditions of ${channels.condition} channels: use ${boundaries === 'ids' ? '--condition-channels 4, for colours and instance ids' : '--condition-channels 3'}`,
  },
  {
    applies: ({ labels, channels }) => labels.boundaries === 'ids' && channels.condition < 2,
    message: ({ channels }) =>
      `Cannot use --boundaries ids on conditions of ${channels.condition} channel: the last channel must hold the ids; leave out --boundaries`,
  },
  {
    applies: ({ labels, augment }) => labels.planes && augment.color > 0,
    message: ({ augment }) =>
      `Cannot use --color ${augment.color} with --label-planes: the colours name the classes; use --color 0`,
  },
  {
    applies: ({ labels, generator, augment }) =>
      augment.cutout > 0 && (labels.planes || generator.keepLuminance),
    message: ({ labels, augment }) =>
      `Cannot use --cutout ${augment.cutout} with ${labels.planes ? '--label-planes: gray is not a class' : '--keep-luminance: the generated images would keep the gray square'}; use --cutout 0`,
  },
  {
    applies: ({ labels, generator, augment }) =>
      augment.roughen > 0 && (labels.planes || generator.keepLuminance),
    message: ({ labels, augment }) =>
      `Cannot use --roughen ${augment.roughen} with ${labels.planes ? '--label-planes: mixed colours are not class colours' : '--keep-luminance: the generated images would keep the rough strokes'}; use --roughen 0`,
  },
  {
    applies: ({ labels, augment }) => labels.boundaries === 'ids' && augment.roughen > 0,
    message: ({ augment }) =>
      `Cannot use --roughen ${augment.roughen} with --boundaries ids: mixed ids are not ids; use --roughen 0`,
  },
  {
    applies: ({ generator, augment }) => generator.keepLuminance && augment.distort > 0,
    message: ({ augment }) =>
      `Cannot use --distort ${augment.distort} with --keep-luminance: the generated images would be bent too; use --distort 0`,
  },
  {
    applies: ({ generator, channels }) =>
      generator.keepLuminance && (channels.target !== 3 || ![1, 3].includes(channels.condition)),
    message: ({ channels }) =>
      `Cannot use --keep-luminance on conditions of ${channels.condition} and targets of ${channels.target} channels: use --condition-channels 1 or 3 and --target-channels 3`,
  },
  {
    applies: ({ generator, augment }) => generator.keepLuminance && augment.color > 0,
    message: ({ augment }) =>
      `Cannot use --color ${augment.color} with --keep-luminance: it would change the luminance of the conditions but not of the targets; use --color 0`,
  },
  {
    applies: ({ schedule, epochs }) => schedule.warmUpEpochs >= epochs,
    message: ({ schedule, epochs }) =>
      `Cannot warm up over ${schedule.warmUpEpochs} epochs in a run of ${epochs}: use fewer --warm-up-epochs or more --epochs`,
  },
  {
    applies: ({ grow }) => smallerSizes(grow).reduce((sum, { percent }) => sum + percent, 0) >= 100,
    message: ({ grow, size }) =>
      `Cannot train with --grow ${grow}: its shares leave no steps for --size ${showSize(size)}; their sum must be below 100%`,
  },
  {
    applies: config => !isGrowing(trainingSizes(config)),
    message: ({ grow, size }) =>
      `Cannot train with --grow ${grow} and --size ${showSize(size)}: each size must be larger than the one before, in the proportions of --size`,
  },
  {
    applies: ({ grow, resize }) => grow !== null && resize.mode === 'none',
    message: ({ grow }) =>
      `Cannot train with --grow ${grow} and --resize none, which keeps images at their size: use --resize resize, or leave out --grow`,
  },
];

const isZero = (weight: number): boolean => weight === 0;

function isGrowing(sizes: readonly Size[]): boolean {
  const [lastHeight, lastWidth] = sizes.at(-1)!;
  return sizes.every(
    ([height, width], i) => height * lastWidth === width * lastHeight && height > (sizes[i - 1]?.[0] ?? 0),
  );
}

function checkPatches(config: RunConfig, size: Size): void {
  const { architecture, layers, scales } = config.discriminator;
  const smallest = smallestSide(architecture, layers, scales);
  const multiple = sideMultiple(architecture, layers, scales);
  if (size.every(side => side >= smallest && side % multiple === 0)) return;
  const nearest = size.map(side => Math.max(smallest, Math.round(side / multiple) * multiple));
  const rule =
    multiple > 1 ? `multiples of ${multiple}, and at least ${smallest}` : `${smallest} pixels or more`;
  const shallower = size.every(side => side >= 32) && layers > 1 ? ', or fewer --discriminator-layers' : '';
  throw new UserError(
    `Cannot build discriminator "${architecture}" at ${size.join('×')}: ` +
      `height and width must be ${rule}; use ${size === config.size ? `--size ${showSize(nearest)}` : `${showSize(nearest)} in --grow`}${shallower}`,
  );
}

function showSize([height, width]: readonly number[]): string {
  return height === width ? `${height}` : `${height}x${width}`;
}

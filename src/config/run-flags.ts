import { sizeModes } from '../core/sizes.ts';
import type { RunConfig } from './config.ts';

/** The command-line flag of one field of the run config. */
export interface RunFlag {
  /** Without the leading dashes. */
  readonly name: string;
  readonly kind: 'text' | 'number' | 'size' | 'switch';
  /** What stands after `=` in the help: `--size=<N|HxW>`. */
  readonly hint: string;
  readonly about: string;
}

/** A flag, or an explicit null, for every field: a new field of the config does not compile without one. */
type FlagTable<Config> = {
  readonly [Field in keyof Config]: Config[Field] extends Record<string, unknown>
    ? FlagTable<Config[Field]>
    : RunFlag | null;
};

/** Both networks are changed together: one flag, two fields. */
const filters = numeric('filters', 'Filters of both networks’ first layers');
const norm = text('norm', 'batch|instance|none', 'What both networks normalise by');
const initializer = text('initializer', 'normal|glorot|he|orthogonal', 'Initial kernels of both networks');

export const runFlags: FlagTable<RunConfig> = {
  preset: text('preset', 'NAME', 'Complete settings to start from: article, paper, demo, lite or hd'),
  algorithm: null,
  direction: text('direction', 'AtoB|BtoA', 'What is learned: A → B or B → A'),
  size: { name: 'size', kind: 'size', hint: 'N|HxW', about: 'Pixels that the networks see' },
  channels: {
    condition: numeric('condition-channels', 'Channels of the conditions; otherwise as in the data'),
    target: numeric('target-channels', 'Channels of the targets; otherwise as in the data'),
  },
  depth: {
    condition: null,
    target: numeric('depth', 'Bits of translations: 8, 16, or 32 for floats; otherwise as in the data'),
  },
  epochs: numeric('epochs', 'Passes over the training pairs'),
  steps: numeric('steps', 'Stop after so many steps, if that comes first'),
  minutes: numeric('minutes', 'Stop after so many minutes, if that comes first'),
  batchSize: numeric('batch-size', 'Pairs a step'),
  precision: text('precision', 'float32|float16', 'What a graphics processor stores activations in'),
  shuffle: toggle('shuffle', 'Shuffle the pairs each epoch; --no-shuffle: sorted order'),
  seed: numeric('seed', 'Equal seeds give equal runs'),
  generator: {
    architecture: text('generator', 'article|unet|resnet|enhancer', 'Which generator'),
    filters,
    levels: numeric('levels', 'Halvings between input and bottleneck'),
    blocks: numeric('blocks', 'Residual blocks of a resnet'),
    enhancerBlocks: numeric('enhancer-blocks', 'Residual blocks of an enhancer'),
    norm,
    upsampling: text('upsampling', 'transposed|resize', 'How the generator enlarges'),
    skips: toggle('skips', 'Skip connections of a U-Net; --no-skips: encoder–decoder'),
    dropout: numeric('dropout', 'Dropout rate of the inner decoder'),
    initializer,
    inference: {
      statistics: text('statistics', 'moving|batch', 'What batch norms use when translating'),
      dropout: toggle('inference-dropout', 'Keep dropout on when translating, as noise'),
    },
  },
  discriminator: {
    architecture: text('discriminator', 'article|patchgan', 'Which discriminator'),
    filters,
    layers: numeric('discriminator-layers', 'Its strided layers: 0 for pixels, 3 for 70×70 patches'),
    scales: numeric('scales', 'Discriminators, each at half the size of the one before'),
    norm,
    conditional: toggle('conditional', 'Show the discriminator the condition as well'),
    initializer,
  },
  loss: {
    adversarial: text('adversarial', 'bce|lsgan|hinge|wgan-gp', 'The game between the networks'),
    gan: numeric('gan', 'Weight of the adversarial term; 0 leaves it out'),
    l1: numeric('l1', 'Weight of the L1 term; 0 leaves it out'),
    l2: numeric('l2', 'Weight of the L2 term; 0 leaves it out'),
    totalVariation: numeric('total-variation', 'Weight of the differences between neighbours'),
    featureMatching: numeric('feature-matching', 'Weight of feature matching'),
    gradientPenalty: numeric('gradient-penalty', 'Weight of wgan-gp’s penalty'),
    discriminator: null,
  },
  optimizer: {
    method: text('optimizer', 'adam|adamw|sgd', 'How weights follow their gradients'),
    learningRate: numeric('learning-rate', 'Step size of both networks'),
    discriminatorLearningRate: numeric('discriminator-learning-rate', 'Step size of the discriminator'),
    beta1: numeric('beta1', 'Decay of Adam’s mean'),
    beta2: null,
    epsilon: null,
    form: null,
    shared: null,
    momentum: numeric('momentum', 'Momentum of sgd'),
    weightDecay: numeric('weight-decay', 'Pull on the weights towards 0, of adamw and sgd'),
    clipNorm: numeric('clip-norm', 'Largest norm of a network’s gradients'),
    accumulate: numeric('accumulate', 'Batches averaged for one update'),
    average: numeric('average', 'Decay of the generator’s weight average, such as 0.999'),
  },
  schedule: {
    course: text('schedule', 'constant|linear|cosine|step|plateau', 'Course of the learning rate'),
    warmUpEpochs: numeric('warm-up-epochs', 'Epochs in which the learning rate rises from 0'),
    constantEpochs: numeric('constant-epochs', 'Epochs before the learning rate falls to 0'),
    stepEpochs: numeric('step-epochs', 'Epochs between two falls of schedule step'),
    patience: numeric('patience', 'Steps without a better loss before schedule plateau falls'),
    factor: numeric('factor', 'What a fall multiplies the learning rate by'),
  },
  labels: {
    planes: toggle(
      'label-planes',
      'Show label maps to the networks as one plane a class; colours as in the data',
    ),
    palette: null,
    boundaries: text('boundaries', 'none|labels|ids', 'A plane of where labels, or instance ids, differ'),
  },
  resize: {
    mode: text('resize', sizeModes.join('|'), 'How pictures come to size; otherwise by preset and data'),
    condition: text(
      'condition-resampling',
      'area|nearest',
      'How conditions are resampled; nearest for label maps',
    ),
    target: text(
      'target-resampling',
      'area|nearest',
      'How targets are resampled; otherwise as the data asks',
    ),
  },
  augment: {
    jitter: numeric('jitter', 'Scale to size × N, then crop at random; 1: off'),
    mirror: toggle('mirror', 'Mirror half of the pairs left to right'),
    rotation: numeric('rotation', 'Turn pairs by up to N degrees'),
    scale: numeric('scale', 'Zoom pairs in or out by up to a factor of N'),
    color: numeric('color', 'Change colours of conditions by up to a share of N'),
  },
  freeze: text('freeze', 'PATTERN', 'Layers that keep their weights, such as "G/down*,D"'),
  checkpoints: {
    everyEpochs: numeric('save-epochs', 'Save after every N epochs'),
    everyMinutes: numeric('save-minutes', 'Save within epochs too, after every N minutes'),
    everySteps: numeric('save-steps', 'Save within epochs too, after every N steps'),
    keep: numeric('keep', 'Newest checkpoints that stay, besides the best'),
  },
  guard: {
    action: text('guard', 'off|warn|rollback', 'What happens when training goes wrong'),
    steps: numeric('guard-steps', 'Steps that a trouble has to last'),
    factor: numeric('rollback-factor', 'What a rollback multiplies the learning rate by'),
    rollbacks: numeric('rollbacks', 'How often to roll back at most'),
  },
  validation: {
    everySteps: numeric('validate-steps', 'Score pairs that are not learned from after every N steps'),
    share: numeric('validate-share', 'Share of the training pairs set aside for that, without a val split'),
    metric: text('best-by', 'l1|psnr|ssim|msSsim|colours', 'What the best checkpoint is best by'),
    patience: numeric('stop-after', 'End after N validations without a better one'),
  },
};

/** Every flag with the paths of the fields it sets. */
export function flagPaths(table: object = runFlags, path: readonly string[] = []): [RunFlag, string[]][] {
  return Object.entries(table).flatMap(([field, entry]: [string, object | null]) => {
    if (entry === null) return [];
    const here = [...path, field];
    return isFlag(entry) ? [[entry, here] as [RunFlag, string[]]] : flagPaths(entry, here);
  });
}

/** `--batch-size` for ['batchSize']; the dotted path for a field without a flag. */
export function fieldName(path: readonly PropertyKey[]): string {
  const flag = flagPaths().find(([, fields]) => fields.every((field, i) => field === path[i]))?.[0];
  return flag ? `--${flag.name}` : path.map(String).join('.');
}

function isFlag(entry: object): entry is RunFlag {
  return 'kind' in entry;
}

function text(name: string, hint: string, about: string): RunFlag {
  return { name, kind: 'text', hint, about };
}

function numeric(name: string, about: string): RunFlag {
  return { name, kind: 'number', hint: 'N', about };
}

function toggle(name: string, about: string): RunFlag {
  return { name, kind: 'switch', hint: '', about };
}

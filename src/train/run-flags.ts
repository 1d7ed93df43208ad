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

/** Networks are scaled together: one flag, two fields. */
const filters = numeric('filters', 'Filters of both networks’ first layers');

export const runFlags: FlagTable<RunConfig> = {
  preset: text('preset', 'NAME', 'Complete settings to start from: article, paper or demo'),
  algorithm: null,
  direction: text('direction', 'AtoB|BtoA', 'What is learned: A → B or B → A'),
  size: { name: 'size', kind: 'size', hint: 'N|HxW', about: 'Pixels that the networks see' },
  epochs: numeric('epochs', 'Passes over the training pairs'),
  steps: numeric('steps', 'Stop after so many steps, if that comes first'),
  minutes: numeric('minutes', 'Stop after so many minutes, if that comes first'),
  constantEpochs: numeric('constant-epochs', 'Epochs before the learning rate falls to 0'),
  batchSize: numeric('batch-size', 'Pairs a step'),
  shuffle: toggle('shuffle', 'Shuffle the pairs each epoch; --no-shuffle: sorted order'),
  seed: numeric('seed', 'Equal seeds give equal runs'),
  generator: {
    architecture: null,
    filters,
    levels: numeric('levels', 'Halvings between input and bottleneck'),
    dropout: numeric('dropout', 'Dropout rate of the inner decoder'),
    inference: {
      statistics: text('statistics', 'moving|batch', 'What batch norms use when translating'),
      dropout: toggle('inference-dropout', 'Keep dropout on when translating, as noise'),
    },
  },
  discriminator: { architecture: null, filters },
  loss: {
    l1: numeric('l1', 'Weight of the L1 term; 0 leaves it out'),
    discriminator: null,
  },
  optimizer: {
    learningRate: numeric('learning-rate', 'Step size of Adam'),
    beta1: numeric('beta1', 'Decay of Adam’s mean'),
    beta2: null,
    epsilon: null,
    form: null,
    shared: null,
  },
  augment: {
    jitter: numeric('jitter', 'Resize to size × N, then crop at random; 1: off'),
    mirror: toggle('mirror', 'Mirror half of the pairs left to right'),
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

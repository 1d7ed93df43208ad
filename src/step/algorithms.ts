import { type RunConfig, usesDiscriminator } from '../config/config.ts';
import { inferenceMode, trainingMode } from '../nn/layers.ts';
import type { Mask, Variable } from '../nn/variables.ts';
import {
  discriminatorPass,
  generatePass,
  generatorPass,
  labeledDiscriminatorPass,
  type Pass,
} from './graphs.ts';
import type { CustomParts } from './model.ts';

/** The networks that are trained. */
export type NetworkName = 'generator' | 'discriminator';

/** One action of a training step: runs a pass and, unless it only generates, updates a network by its gradients. */
export interface Action {
  /** The pass, by its name in the algorithm. */
  readonly pass: string;
  /** The network that is updated. If null, the outputs become inputs of the same names of later passes. */
  readonly trains: NetworkName | null;
  /** What inputs get instead of the part of the batch with their name: another part, or a number. */
  readonly inputs: Readonly<Record<string, BatchPart | number>>;
}

/** The inputs of a step, and `fake`, which it computes. */
export type BatchPart = 'condition' | 'target' | 'fake' | 'mix';

const make = (pass: string): Action => ({ pass, trains: null, inputs: {} });

const train = (network: NetworkName, pass: string, inputs: Action['inputs'] = {}): Action => ({
  pass,
  trains: network,
  inputs,
});

/** A way to train both networks on a batch. */
interface Algorithm {
  /** The graphs, by name. */
  readonly passes: (config: RunConfig, parts: CustomParts) => Readonly<Record<string, Pass>>;
  /** The actions on a batch, in order. Actions in a list of their own all see the weights from before that list. */
  readonly step: readonly (Action | readonly Action[])[];
  /** The mean loss on real and on generated pairs, from the losses of the discriminator's actions, in order. */
  readonly discriminatorLoss: (losses: readonly number[], config: RunConfig) => number;
}

const paperPasses: Algorithm['passes'] = (config, parts) => ({
  generate: generatePass(config, trainingMode, config.batchSize, parts),
  discriminate: discriminatorPass(config),
  fool: generatorPass(config, trainingMode, parts),
});

const lossOnBothPairs: Algorithm['discriminatorLoss'] = ([both], { loss }) =>
  both! / (2 * loss.discriminator);

/** Every algorithm, by the name a run config uses. */
export const algorithms = {
  /**
   * The article's training section: the generator makes its image in inference mode; the discriminator takes a step on the
   * real pair, then one on the generated pair; the generator takes one through the frozen discriminator, which normalises by
   * its moving averages (Keras' meaning of frozen).
   */
  article: {
    passes: (config, parts) => ({
      generate: generatePass(config, inferenceMode, config.batchSize, parts),
      discriminate: labeledDiscriminatorPass(config),
      fool: generatorPass(config, inferenceMode, parts),
    }),
    step: [
      make('generate'),
      train('discriminator', 'discriminate', { image: 'target', label: 1 }),
      train('discriminator', 'discriminate', { image: 'fake', label: 0 }),
      train('generator', 'fool'),
    ],
    discriminatorLoss: ([real, fake], { loss }) => (real! + fake!) / (2 * loss.discriminator),
  },
  /**
   * Isola et al. 2017 (arXiv:1611.07004), section 3.3: one step of the discriminator on both pairs, then one of the
   * generator. Norms use the batch's statistics. Both steps use the same dropout masks.
   */
  paper: {
    passes: paperPasses,
    step: [make('generate'), train('discriminator', 'discriminate'), train('generator', 'fool')],
    discriminatorLoss: lossOnBothPairs,
  },
  /**
   * Simultaneous gradient descent (Mescheder et al. 2018, arXiv:1801.04406, section 2): the paper's passes, each through both
   * networks as they were before the step. The image is generated once, and judged once for both.
   */
  simultaneous: {
    passes: paperPasses,
    step: [[make('generate'), train('discriminator', 'discriminate'), train('generator', 'fool')]],
    discriminatorLoss: lossOnBothPairs,
  },
} as const satisfies Record<RunConfig['algorithm'], Algorithm>;

export interface StepLosses {
  /** Mean of the losses on real and on generated pairs; 0 if the objective needs no discriminator. */
  readonly discriminator: number;
  /** The generator's whole objective. */
  readonly generator: number;
  /** Mean |target − generated|; 0 if the objective has no such term. */
  readonly l1: number;
}

/** Scalar outputs of training passes, by name; 0 for those that a pass doesn't have. */
export const lossNames = ['loss', 'l1'] as const;
export type Losses = Readonly<Record<(typeof lossNames)[number], number>>;

/** An algorithm with the networks and losses of a run. */
export interface TrainingStep {
  readonly passes: Readonly<Record<string, Pass>>;
  /** Every action, in order. */
  readonly actions: readonly Action[];
  /** The same in groups; each sees the weights that the previous group left. */
  readonly groups: readonly (readonly Action[])[];
  readonly variables: Readonly<Record<NetworkName, readonly Variable[]>>;
  /** Dropout masks, which all passes share. */
  readonly masks: readonly Mask[];
  /** The reported losses, from those of each action. */
  report(losses: readonly Losses[]): StepLosses;
}

/** A run's training step. If the objective needs no discriminator, only the generator is trained. */
export function trainingStep(config: RunConfig, parts: CustomParts = {}): TrainingStep {
  const algorithm: Algorithm = algorithms[config.algorithm];
  const isNeeded = ({ trains }: Action) => usesDiscriminator(config) || trains === 'generator';
  const groups = algorithm.step
    .map(each => [each].flat().filter(isNeeded))
    .filter(({ length }) => length > 0);
  const actions = groups.flat();
  const used = new Set(actions.map(({ pass }) => pass));
  const passes = Object.fromEntries(
    Object.entries(algorithm.passes(config, parts)).filter(([name]) => used.has(name)),
  );
  const variablesOf = (network: NetworkName) =>
    uniqueByName(
      actions.flatMap(({ pass, trains }) => (trains === network ? passes[pass]!.variables.all() : [])),
    );
  return {
    passes,
    actions,
    groups,
    variables: { generator: variablesOf('generator'), discriminator: variablesOf('discriminator') },
    masks: uniqueByName(Object.values(passes).flatMap(({ masks }) => masks)),
    report: losses => {
      const of = (network: NetworkName) => losses.filter((_, i) => actions[i]!.trains === network);
      const onDiscriminator = of('discriminator').map(({ loss }) => loss);
      const { loss, l1 } = of('generator').at(-1)!;
      return {
        discriminator:
          onDiscriminator.length === 0 ? 0 : algorithm.discriminatorLoss(onDiscriminator, config),
        generator: loss,
        l1,
      };
    },
  };
}

function uniqueByName<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  return [...new Map(items.map(item => [item.name, item])).values()];
}

import type { RunConfig } from '../../config/config.ts';
import { usesDiscriminator } from '../../config/config.ts';
import { add, constant, input, multiply, substitute, type Tensor } from '../../graph/index.ts';
import { sumOfSquares } from '../../nn/graph-updates.ts';
import { inferenceMode, trainingMode } from '../../nn/layers.ts';
import type { Mask, Variable } from '../../nn/variables.ts';
import {
  articleDiscriminatorPass,
  generatePass,
  generatorPass,
  gradientOf,
  nextOf,
  type Pass,
  paperDiscriminatorPass,
} from '../graphs.ts';
import type { CustomParts } from '../model.ts';
import { type GraphUpdate, type Network, UpdateGraph } from './update-graph.ts';

/** A whole training step as one graph: the passes, and the updates between them. */
export interface StepGraph {
  /** Losses by {@link lossOf}, and what the step leaves of each array of the training state, by that array's name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly variables: Readonly<Record<Network, readonly Variable[]>>;
  readonly masks: readonly Mask[];
  readonly updates: readonly GraphUpdate[];
}

export const lossOf = (name: string): string => `loss/${name}`;

/** Name of the sum of the squares of all gradients: no number where one of them is none, or too large for float16. */
export const ALL_GRADIENTS = 'gradients';

/**
 * The step of `step.ts` for devices where weights stay. Each pass takes what the ones before it made, so that
 * equal parts are computed once: the paper's generated image serves both updates.
 */
export function stepGraph(config: RunConfig, parts: CustomParts = {}): StepGraph {
  const fool = generatorPass(config, parts);
  const step = new Step(config, fool);
  const losses = config.algorithm === 'article' ? articleLosses : paperLosses;
  const judged = usesDiscriminator(config) ? losses(step, config, parts) : {};
  const { loss, l1 } = step.train('generator', fool);
  const reported = { ...judged, generator: loss!, ...(l1 && { l1 }) };
  const named = Object.entries(reported).map(([name, tensor]) => [lossOf(name), tensor]);
  return {
    outputs: { ...Object.fromEntries(named), ...step.watched(), ...step.update.outputs() },
    variables: { generator: fool.variables.all(), discriminator: step.judging },
    masks: fool.masks,
    updates: step.update.updates,
  };
}

/** Trains the discriminator on the real pair, then on that with the image that G makes in inference mode. */
function articleLosses(step: Step, config: RunConfig, parts: CustomParts): Record<string, Tensor> {
  const { fake } = step.apply(generatePass(config, inferenceMode, config.batchSize, parts));
  const judge = articleDiscriminatorPass(config);
  const target = input('target', fake!.shape);
  const onReal = step.train('discriminator', judge, { image: target, label: constant(1) });
  const onFake = step.train('discriminator', judge, { image: fake!, label: constant(0) });
  return { real: onReal.loss!, fake: onFake.loss! };
}

/** Trains the discriminator on both at once; G makes its image in training mode. */
function paperLosses(step: Step, config: RunConfig, parts: CustomParts): Record<string, Tensor> {
  const { fake } = step.apply(generatePass(config, trainingMode, config.batchSize, parts));
  const { loss } = step.train('discriminator', paperDiscriminatorPass(config), { fake: fake! });
  return { discriminator: loss! };
}

type Tensors = Readonly<Record<string, Tensor>>;

class Step {
  readonly update: UpdateGraph;
  /** The discriminator's variables, once it is trained. */
  judging: readonly Variable[] = [];
  private readonly gradients: Tensor[] = [];

  constructor(
    private readonly config: RunConfig,
    fool: Pass,
  ) {
    this.update = new UpdateGraph(config.optimizer, fool.variables.all());
  }

  /** A pass's results with the variables as they are at this point. */
  apply({ outputs }: Pass, others: Tensors = {}): Tensors {
    return substitute(outputs, { ...Object.fromEntries(this.update.values), ...others });
  }

  /** A pass's results, which from here on are in force. */
  train(network: Network, pass: Pass, others: Tensors = {}): Tensors {
    const results = this.apply(pass, others);
    if (network === 'discriminator') this.judging = pass.variables.all();
    for (const name of pass.variables.updates.keys()) this.update.values.set(name, results[nextOf(name)]!);
    const trainable = pass.variables.trainable();
    const gradients = trainable.map(({ name }) => this.unscaled(results[gradientOf(name)]!));
    this.gradients.push(...gradients);
    this.update.follow(network, trainable, gradients);
    return results;
  }

  /** What tells whether the step may be kept. */
  watched(): Record<string, Tensor> {
    if (this.config.precision === 'float32') return {};
    return { [ALL_GRADIENTS]: this.gradients.map(sumOfSquares).reduce(add) };
  }

  private unscaled(gradient: Tensor): Tensor {
    return this.config.precision === 'float32' ? gradient : multiply(gradient, input('loss unscale', []));
  }
}

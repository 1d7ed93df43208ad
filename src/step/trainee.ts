import type { RunConfig } from '../config/config.ts';
import type { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import type { Size } from '../core/sizes.ts';
import { drawMask, type UniformSource } from '../nn/masks.ts';
import type { Mask } from '../nn/variables.ts';
import type { Losses, NetworkName, StepLosses, TrainingStep } from './algorithms.ts';
import { trainingStep } from './algorithms.ts';
import { createLearner, type Learner, withAveragedWeights } from './learner.ts';
import { createLossScale, type LossScale } from './loss-scale.ts';
import { mixShape } from './mix.ts';
import { type CustomParts, conditionShape, targetShape } from './model.ts';
import { createPlateau } from './schedule.ts';
import { stateOf, type TrainingState } from './training-state.ts';
import { createUpdates, type UpdateScalars } from './updates.ts';
import { alone, type Workers } from './workers.ts';

/** Images of one batch on [−1, 1], [N,H,W,C] each, row-major. */
export interface TrainingPair {
  readonly condition: Float32Array;
  readonly target: Float32Array;
}

/** Both networks with the programs that train them. */
export interface Trainee {
  /** Its `values` are those to translate with: if the config averages weights, the averages. */
  readonly generator: Learner;
  /** Without variables if the objective needs no discriminator. */
  readonly discriminator: Learner;
  /** Everything that a step changes. Restored between two steps, training continues as it would have. */
  readonly state: TrainingState;
  /** Brings the arrays of `state`, `generator` and `discriminator` up to date, if a device keeps them. */
  pull(): Promise<void>;
  /** Makes the step use what was written into the arrays of `state`. */
  push(): Promise<void>;
  /** The last step's images, [N,H,W,C] each; null if a device keeps them. `resize` replaces the arrays. */
  readonly images: { readonly fake: Float32Array; readonly target: Float32Array } | null;
  /** Bytes that the last step transferred; none on the CPU. */
  readonly transferredBytes: { readonly toDevice: number; readonly fromDevice: number };
  /** [H,W] of the images that a step takes. */
  readonly size: Size;
  /** Compiles the step for images of another size. Everything in `state` stays as it is. */
  resize(size: Size): Promise<void>;
  /** One training step on one batch. */
  step(batch: TrainingPair, learningRate: number): Promise<StepLosses>;
  /** Frees memory; a second call does nothing. */
  release(): Promise<void>;
}

export interface TraineeOptions {
  /** The processes that train the same networks, each on its share of the batch; default: this one alone. */
  readonly workers?: Workers;
  /** Where a dropout mask (by name) or `mix` gets its random numbers; default: a separate stream for each. */
  readonly noise?: (name: string) => UniformSource;
  /** A custom generator or loss. */
  readonly parts?: CustomParts;
  /** Threads within an op; default: one per core. */
  readonly threads?: number | undefined;
  /** File name prefix of ONNX Runtime's profile, written on release; default: no profile. */
  readonly profile?: string | undefined;
}

/** What an executor of a training step works on. */
export interface StepContext {
  readonly config: RunConfig;
  readonly step: TrainingStep;
  readonly learners: Readonly<Record<NetworkName, Learner>>;
  readonly batch: BatchBuffers;
  readonly state: TrainingState;
  /** Null unless training in float16. */
  readonly lossScale: LossScale | null;
  readonly workers: Workers;
}

/** The batch's part of a step's inputs, allocated once. */
export interface BatchBuffers {
  readonly condition: Float32Array;
  readonly target: Float32Array;
  readonly fake: Float32Array;
  /** How real and generated images are mixed for Wasserstein's penalty or LabelMix, uniform on [0, 1). */
  readonly mix: Float32Array;
  /** Dropout masks by input name. */
  readonly masks: Readonly<Record<string, Float32Array>>;
}

/** Runs the actions of a training step. */
export interface Executor extends Pick<Trainee, 'pull' | 'push' | 'images' | 'transferredBytes' | 'release'> {
  /**
   * Runs every action, in order, on the batch in the context.
   * @param next counts an update of a network and returns its scalars; null if the network has nothing to train.
   * @returns the losses of each action.
   */
  run(next: (network: NetworkName) => UpdateScalars | null): Promise<readonly Losses[]>;
}

/**
 * Builds the networks for images of the config's size.
 * @param open creates the executor that runs their training step.
 * @param config with several workers, its batch size is that of one worker's share.
 */
export async function createTraineeWith(
  config: RunConfig,
  random: Random,
  open: (context: StepContext) => Promise<Executor>,
  { noise, parts, workers = alone }: TraineeOptions = {},
): Promise<Trainee> {
  const step = trainingStep(config, parts);
  const weights = random.split('weights');
  const learners = {
    generator: createLearner(step.variables.generator, weights, config.optimizer),
    discriminator: createLearner(step.variables.discriminator, weights, {
      ...config.optimizer,
      average: null,
    }),
  };
  const updates = createUpdates(config.optimizer);
  const plateau = createPlateau(config.schedule);
  const streams = { mix: random.split('mix'), dropout: random.split('dropout') };
  const lossScale = config.precision === 'float16' ? createLossScale() : null;
  const state = stateOf({ learners, updates, plateau, streams, lossScale });
  const openStep = async (config: RunConfig, step: TrainingStep) => {
    const batch = createBatchBuffers(config, step.masks);
    const executor = await open({ config, step, learners, batch, state, lossScale, workers });
    return { size: config.size, step, batch, executor };
  };
  let opened = await openStep(config, step);
  let isOpen = true;
  const release = async () => {
    if (!isOpen) return;
    isOpen = false;
    await opened.executor.release();
  };
  const noiseOf = noise ?? (name => (name === 'mix' ? streams.mix : streams.dropout));
  return {
    generator: withAveragedWeights(learners.generator),
    discriminator: learners.discriminator,
    state,
    get images() {
      return opened.executor.images;
    },
    get transferredBytes() {
      return opened.executor.transferredBytes;
    },
    get size() {
      return opened.size;
    },
    pull: () => opened.executor.pull(),
    push: () => opened.executor.push(),
    resize: async ([height, width]) => {
      await opened.executor.pull();
      await release();
      const resized: RunConfig = { ...config, size: [height, width] };
      opened = await openStep(resized, trainingStep(resized, parts));
      isOpen = true;
    },
    step: async ({ condition, target }, learningRate) => {
      const { step, batch, executor } = opened;
      batch.condition.set(condition);
      batch.target.set(target);
      drawNoise(batch, step.masks, noiseOf, workers);
      const rate = learningRate * plateau.factor;
      const left = await executor.run(network =>
        learners[network].parameters === 0 ? null : updates.next(network, rate),
      );
      const losses = await averageLosses(step.report(left), workers);
      plateau.observe(config.loss.l1 > 0 ? losses.l1 : losses.generator);
      return losses;
    },
    release,
  };
}

function createBatchBuffers(config: RunConfig, masks: readonly Mask[]): BatchBuffers {
  const image = () => new Float32Array(elements(targetShape(config)));
  return {
    condition: new Float32Array(elements(conditionShape(config))),
    target: image(),
    fake: image(),
    mix: new Float32Array(elements(mixShape(config))),
    masks: Object.fromEntries(masks.map(({ name, shape }) => [name, new Float32Array(elements(shape))])),
  };
}

/**
 * Draws the dropout masks and `mix`, each from the source that `noise` names for it. Numbers are drawn for the
 * whole batch and kept for this worker's share, so that they do not depend on how many workers there are.
 */
function drawNoise(
  { masks, mix }: BatchBuffers,
  declared: readonly Mask[],
  noise: (name: string) => UniformSource,
  { rank, count }: Workers,
): void {
  const drawShare = (share: Float32Array, source: UniformSource, draw: () => void) => {
    skip(source, rank * share.length);
    draw();
    skip(source, (count - 1 - rank) * share.length);
  };
  for (const mask of declared) {
    const [share, source] = [masks[mask.name]!, noise(mask.name)];
    drawShare(share, source, () => drawMask(mask, share, source));
  }
  const numbers = noise('mix');
  drawShare(mix, numbers, () => {
    for (let i = 0; i < mix.length; i++) mix[i] = numbers.uniform();
  });
}

function skip(source: UniformSource, numbers: number): void {
  for (let i = 0; i < numbers; i++) source.uniform();
}

/** The whole batch's losses: the means over the workers' shares. */
async function averageLosses(losses: StepLosses, workers: Workers): Promise<StepLosses> {
  if (workers.count === 1) return losses;
  const means = Float32Array.of(losses.discriminator, losses.generator, losses.l1);
  await workers.average(means);
  const [discriminator, generator, l1] = means as unknown as [number, number, number];
  return { discriminator, generator, l1 };
}

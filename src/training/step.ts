import type { RunConfig } from '../config/config.ts';
import { usesDiscriminator } from '../config/config.ts';
import type { Random } from '../core/random.ts';
import { devices } from '../runtime/device.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { compile, type Program } from '../runtime/program.ts';
import { type BatchBuffers, createBatchBuffers, drawNoise } from './batch-buffers.ts';
import { stepPasses } from './graphs.ts';
import { createLearner, type Learner } from './learner.ts';
import { assertPrecision } from './loss-scale.ts';
import { createResidentTrainee } from './resident/trainee.ts';
import { createPlateau } from './schedule.ts';
import type { StepLosses, Trainee, TraineeOptions } from './trainee.ts';
import { stateOf } from './training-state.ts';
import { createUpdates, translating, type Updates } from './updates.ts';

/** Builds the networks and compiles the passes of the configured algorithm, for the device that `options` names. */
export async function createTrainee(
  config: RunConfig,
  random: Random,
  options: TraineeOptions = {},
): Promise<Trainee> {
  assertPrecision(config, options.device);
  const device = devices[options.device ?? 'cpu'];
  return device.resident
    ? createResidentTrainee(nodeRuntime, device, config, random, options)
    : createHostTrainee(config, random, options);
}

/** A trainee whose weights stay in this process' memory, where an optimiser of our own updates them. */
async function createHostTrainee(
  config: RunConfig,
  random: Random,
  options: TraineeOptions,
): Promise<Trainee> {
  const article = config.algorithm === 'article';
  const adversarial = usesDiscriminator(config);
  const { generate, discriminate, fool } = stepPasses(config, options.parts);
  const weights = random.split('weights');
  const generator = createLearner(fool.variables.all(), weights, config.optimizer);
  const judging = adversarial ? discriminate.variables.all() : [];
  const discriminator = createLearner(judging, weights, config.optimizer);
  const programs: Programs = {
    generate: adversarial ? await compile(generate.outputs, options) : idle,
    discriminate: adversarial ? await compile(discriminate.outputs, options) : idle,
    fool: await compile(fool.outputs, options),
  };
  const batch = createBatchBuffers(config, fool.masks);
  const update = createUpdates(config, generator, discriminator);
  const plateau = createPlateau(config.schedule);
  const bench = { generator, discriminator, programs, batch, update };
  const step = article ? articleStep(bench) : paperStep(bench, config.loss.discriminator);
  const streams = { mix: random.split('mix'), dropout: random.split('dropout') };
  const translated = translating(generator, update);
  const noise = options.noise ?? (name => (name === 'mix' ? streams.mix : streams.dropout));
  return {
    generator: translated,
    discriminator,
    images: batch,
    state: stateOf({ generator, translated, discriminator, update, plateau, streams }),
    // The step works on these very arrays.
    pull: async () => {},
    push: async () => {},
    step: async ({ condition, target }, learningRate) => {
      batch.condition.set(condition);
      batch.target.set(target);
      drawNoise(batch, fool.masks, noise);
      const losses = await step(learningRate * plateau.factor);
      plateau.observe(config.loss.l1 > 0 ? losses.l1 : losses.generator);
      return losses;
    },
    release: async () => {
      for (const program of Object.values(programs)) await program.release();
    },
  };
}

/** Stands for the passes of a discriminator that no term of the objective needs. */
const idle: Program = { inputs: [], bind: () => async () => {}, release: async () => {} };

/** What a step works with; bound once, then only contents change. */
interface Bench {
  readonly generator: Learner;
  readonly discriminator: Learner;
  readonly programs: Programs;
  readonly batch: BatchBuffers;
  readonly update: Updates;
}

interface Programs {
  /** fake = G(condition) */
  readonly generate: Program;
  /** D's losses and gradients. */
  readonly discriminate: Program;
  /** G's losses and gradients, through the frozen D. */
  readonly fool: Program;
}

type Step = (learningRate: number) => Promise<StepLosses>;

/**
 * The article's training section: the discriminator on the real pair, then on the pair with the generator's image,
 * then the generator through the frozen discriminator. The image comes from the generator in inference mode.
 */
function articleStep(bench: Bench): Step {
  const { generator, discriminator, programs, batch, update } = bench;
  const { condition, target, fake } = batch;
  const loss = { real: scalar(), fake: scalar(), generator: scalar(), l1: scalar() };

  const generate = programs.generate.bind({ ...generator.values, condition, fake });
  const judge = { ...discriminator.values, ...discriminator.results, condition };
  const judgeReal = programs.discriminate.bind({
    ...judge,
    image: target,
    label: scalar(1),
    loss: loss.real,
  });
  const judgeFake = programs.discriminate.bind({ ...judge, image: fake, label: scalar(0), loss: loss.fake });
  const fool = bindFool(bench, loss);

  return async learningRate => {
    await generate();

    await judgeReal();
    update.discriminator(learningRate);
    await judgeFake();
    update.discriminator(learningRate);

    await fool();
    update.generator(learningRate);

    return {
      discriminator: (loss.real[0]! + loss.fake[0]!) / 2,
      generator: loss.generator[0]!,
      l1: loss.l1[0]!,
    };
  };
}

/**
 * Isola et al. 2017, section 3.3: one step on D, with the image that G makes in training mode, then one on G.
 * Both passes see the same dropout masks, hence the same image.
 */
function paperStep(bench: Bench, discriminatorFactor: number): Step {
  const { generator, discriminator, programs, batch, update } = bench;
  const { condition, target, fake, mix } = batch;
  const loss = { discriminator: scalar(), generator: scalar(), l1: scalar() };

  const generate = programs.generate.bind({ ...generator.values, ...batch.masks, condition, fake });
  const judge = programs.discriminate.bind({
    ...discriminator.values,
    ...discriminator.results,
    condition,
    target,
    fake,
    mix,
    loss: loss.discriminator,
  });
  const fool = bindFool(bench, loss);

  return async learningRate => {
    await generate();

    await judge();
    update.discriminator(learningRate);

    await fool();
    update.generator(learningRate);

    return {
      discriminator: loss.discriminator[0]! / (2 * discriminatorFactor),
      generator: loss.generator[0]!,
      l1: loss.l1[0]!,
    };
  };
}

/** The generator's pass, alike in both algorithms. */
function bindFool(
  { generator, discriminator, programs, batch }: Bench,
  loss: { readonly generator: Float32Array; readonly l1: Float32Array },
): () => Promise<void> {
  return programs.fool.bind({
    ...discriminator.values,
    ...generator.values,
    ...generator.results,
    ...batch.masks,
    condition: batch.condition,
    target: batch.target,
    fake: batch.fake,
    loss: loss.generator,
    l1: loss.l1,
  });
}

const scalar = (value = 0): Float32Array => Float32Array.of(value);

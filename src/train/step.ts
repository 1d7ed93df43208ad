import type { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { inferenceMode, trainingMode } from '../nn/layers.ts';
import { drawMasks } from '../nn/masks.ts';
import type { Mask } from '../nn/variables.ts';
import { type CompileOptions, compile, type Program } from '../runtime/program.ts';
import type { RunConfig } from './config.ts';
import { articleDiscriminatorPass, generatePass, generatorPass, paperDiscriminatorPass } from './graphs.ts';
import { createLearner, type Learner } from './learner.ts';
import { batchShape } from './model.ts';

/** Images of one batch on [−1, 1], [N,H,W,3] each, row-major. */
export interface TrainingPair {
  readonly condition: Float32Array;
  readonly target: Float32Array;
}

export interface StepLosses {
  /** Mean of the losses on real and on generated pairs. */
  readonly discriminator: number;
  /** The generator's whole objective. */
  readonly generator: number;
  /** Mean |target − generated|; 0 where the objective has no such term. */
  readonly l1: number;
}

/** Both networks with the programs that train them. */
export interface Trainee {
  readonly generator: Learner;
  readonly discriminator: Learner;
  /** One training step on one batch. */
  step(batch: TrainingPair, learningRate: number): Promise<StepLosses>;
  release(): Promise<void>;
}

/** Builds the networks and compiles the passes of the configured algorithm. */
export async function createTrainee(
  config: RunConfig,
  random: Random,
  options: CompileOptions = {},
): Promise<Trainee> {
  const article = config.algorithm === 'article';
  const generate = generatePass(config, article ? inferenceMode : trainingMode);
  const discriminate = article ? articleDiscriminatorPass(config) : paperDiscriminatorPass(config);
  const fool = generatorPass(config);
  const generator = createLearner(fool.variables.all(), random.split('weights'), config.optimizer);
  const discriminator = createLearner(
    discriminate.variables.all(),
    random.split('weights'),
    config.optimizer,
  );
  const programs: Programs = {
    generate: await compile(generate.outputs, options),
    discriminate: await compile(discriminate.outputs, options),
    fool: await compile(fool.outputs, options),
  };
  const batch = createBatchBuffers(config, fool.masks);
  const step = (article ? articleStep : paperStep)(config, { generator, discriminator, programs, batch });
  const dropout = random.split('dropout');
  return {
    generator,
    discriminator,
    step: ({ condition, target }, learningRate) => {
      batch.condition.set(condition);
      batch.target.set(target);
      drawMasks(fool.masks, batch.masks, dropout);
      return step(learningRate);
    },
    release: async () => {
      for (const program of Object.values(programs)) await program.release();
    },
  };
}

/** What a step works with; bound once, then only contents change. */
interface Bench {
  readonly generator: Learner;
  readonly discriminator: Learner;
  readonly programs: Programs;
  readonly batch: BatchBuffers;
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
function articleStep(config: RunConfig, { generator, discriminator, programs, batch }: Bench): Step {
  const { condition, target, fake } = batch;
  const loss = { real: scalar(), fake: scalar(), generator: scalar(), l1: scalar() };
  const adam = optimizers(config);

  const generate = programs.generate.bind({ ...generator.values, condition, fake });
  const judge = { ...discriminator.values, ...discriminator.results, condition };
  const judgeReal = programs.discriminate.bind({
    ...judge,
    image: target,
    label: scalar(1),
    loss: loss.real,
  });
  const judgeFake = programs.discriminate.bind({ ...judge, image: fake, label: scalar(0), loss: loss.fake });
  const fool = programs.fool.bind({
    ...discriminator.values,
    ...generator.values,
    ...generator.results,
    ...batch.masks,
    condition,
    target,
    loss: loss.generator,
    l1: loss.l1,
  });

  return async learningRate => {
    await generate();

    await judgeReal();
    discriminator.update(adam.nextDiscriminatorStep(), learningRate);
    await judgeFake();
    discriminator.update(adam.nextDiscriminatorStep(), learningRate);

    await fool();
    generator.update(adam.nextGeneratorStep(), learningRate);

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
function paperStep(config: RunConfig, { generator, discriminator, programs, batch }: Bench): Step {
  const { condition, target, fake } = batch;
  const loss = { discriminator: scalar(), generator: scalar(), l1: scalar() };
  const adam = optimizers(config);

  const generate = programs.generate.bind({ ...generator.values, ...batch.masks, condition, fake });
  const judge = programs.discriminate.bind({
    ...discriminator.values,
    ...discriminator.results,
    condition,
    target,
    fake,
    loss: loss.discriminator,
  });
  const fool = programs.fool.bind({
    ...discriminator.values,
    ...generator.values,
    ...generator.results,
    ...batch.masks,
    condition,
    target,
    loss: loss.generator,
    l1: loss.l1,
  });

  return async learningRate => {
    await generate();

    await judge();
    discriminator.update(adam.nextDiscriminatorStep(), learningRate);

    await fool();
    generator.update(adam.nextGeneratorStep(), learningRate);

    return {
      discriminator: loss.discriminator[0]! / (2 * config.loss.discriminator),
      generator: loss.generator[0]!,
      l1: loss.l1[0]!,
    };
  };
}

/** Adam's step counters: one that both networks advance, as one Keras optimiser object has, or one each. */
function optimizers({ optimizer }: RunConfig) {
  let discriminatorSteps = 0;
  let generatorSteps = 0;
  return {
    nextDiscriminatorStep: () => ++discriminatorSteps + (optimizer.shared ? generatorSteps : 0),
    nextGeneratorStep: () => ++generatorSteps + (optimizer.shared ? discriminatorSteps : 0),
  };
}

interface BatchBuffers {
  readonly condition: Float32Array;
  readonly target: Float32Array;
  readonly fake: Float32Array;
  /** Dropout masks by input name. */
  readonly masks: Readonly<Record<string, Float32Array>>;
}

function createBatchBuffers(config: RunConfig, masks: readonly Mask[]): BatchBuffers {
  const image = () => new Float32Array(elements(batchShape(config)));
  return {
    condition: image(),
    target: image(),
    fake: image(),
    masks: Object.fromEntries(masks.map(({ name, shape }) => [name, new Float32Array(elements(shape))])),
  };
}

const scalar = (value = 0): Float32Array => Float32Array.of(value);

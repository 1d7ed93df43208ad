import type { RunConfig } from '../config/config.ts';
import { type Accumulator, clipByNorm, createAccumulator } from '../nn/gradients.ts';
import { averageWeights, type WeightAverage } from '../nn/weight-average.ts';
import { type Learner, trainableOf, viewsOf } from './learner.ts';

/** Updates of both networks by the gradients at hand; the rate is the generator's. */
export interface Updates {
  discriminator(learningRate: number): void;
  generator(learningRate: number): void;
  /** Of the generator's weights, where the config asks for it. */
  readonly average: WeightAverage | null;
  /** Gradients that wait for further batches. */
  readonly gathered: { readonly generator: Accumulator; readonly discriminator: Accumulator };
  /** Steps that each network's optimiser has done, live. */
  readonly counts: { generator: number; discriminator: number };
}

/**
 * How gradients change the weights: gathered over batches, clipped, and followed at each network's own rate.
 * Step counters are one that both networks advance, as one Keras optimiser object has, or one each.
 */
export function createUpdates({ optimizer }: RunConfig, generator: Learner, discriminator: Learner): Updates {
  const { learningRate, discriminatorLearningRate, average: decay } = optimizer;
  const ratio = (discriminatorLearningRate ?? learningRate) / learningRate;
  const average = decay === null ? null : averageWeights(generator.weights, decay);
  const gathered = {
    generator: createAccumulator(generator.gradients, optimizer.accumulate),
    discriminator: createAccumulator(discriminator.gradients, optimizer.accumulate),
  };
  const updateDiscriminator = gatheredUpdate(discriminator, gathered.discriminator, optimizer);
  const updateGenerator = gatheredUpdate(generator, gathered.generator, optimizer);
  const counts = { generator: 0, discriminator: 0 };
  return {
    average,
    gathered,
    counts,
    discriminator: rate => {
      if (discriminator.parameters === 0) return;
      updateDiscriminator(
        rate * ratio,
        () => ++counts.discriminator + (optimizer.shared ? counts.generator : 0),
      );
    },
    generator: rate => {
      const updated = updateGenerator(
        rate,
        () => ++counts.generator + (optimizer.shared ? counts.discriminator : 0),
      );
      if (updated) average?.follow();
    },
  };
}

/** @returns a function that updates the network once enough batches have come together, and says whether it did. */
function gatheredUpdate(
  learner: Learner,
  { enough }: Accumulator,
  { clipNorm }: RunConfig['optimizer'],
): (learningRate: number, nextStep: () => number) => boolean {
  return (learningRate, nextStep) => {
    if (!enough()) return false;
    if (clipNorm !== null) clipByNorm(learner.gradients, clipNorm);
    learner.update(nextStep(), learningRate);
    return true;
  };
}

/** The generator with the values that translate: the averages of its weights, where there are any. */
export function translating(generator: Learner, { average }: Updates): Learner {
  if (!average) return generator;
  const averages = viewsOf(trainableOf(generator.variables), average.values);
  return { ...generator, values: { ...generator.values, ...averages } };
}

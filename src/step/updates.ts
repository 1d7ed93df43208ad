import type { RunConfig } from '../config/config.ts';
import { optimizers, type Rates } from '../nn/optimizers.ts';
import { averageDecayAt } from '../nn/weight-average.ts';
import type { NetworkName } from './algorithms.ts';

type OptimizerConfig = RunConfig['optimizer'];

/** What is done with a batch's gradients. All but `accumulate` happens only with the last batch of an update. */
export type Stage = 'accumulate' | 'clip' | 'optimize' | 'average';

/** The stages of a network's update, in order. */
export function stagesOf(network: NetworkName, { accumulate, clipNorm, average }: OptimizerConfig): Stage[] {
  const stages: readonly [Stage, boolean][] = [
    ['accumulate', accumulate > 1],
    ['clip', clipNorm !== null],
    ['optimize', true],
    ['average', average !== null && network === 'generator'],
  ];
  return stages.filter(([, isUsed]) => isUsed).map(([stage]) => stage);
}

/** The scalars of one network's update. */
export interface UpdateScalars extends Rates {
  /** 1 if this batch completes an update, 0 if gradients of further batches are still to be accumulated. */
  readonly completesUpdate: number;
  /** Shares of the old average and of the new weights in the new average; they add up to 1. */
  readonly averageDecay: number;
  readonly averageWeight: number;
}

/** Counts a run's updates and computes their scalars. */
export interface Updates {
  /** Counters, by component. Mutable: restoring a checkpoint writes into them. */
  readonly counts: Readonly<Record<string, Record<string, number>>>;
  /** Counts a batch of the network and returns the scalars of its update; `learningRate` is the generator's. */
  next(network: NetworkName, learningRate: number): UpdateScalars;
}

/**
 * The learning rates and step counts of both networks. They share one step counter, as with a single Keras optimiser
 * object, or have one each.
 */
export function createUpdates(options: OptimizerConfig): Updates {
  const { learningRate, discriminatorLearningRate, average: decay } = options;
  const ratios = { generator: 1, discriminator: (discriminatorLearningRate ?? learningRate) / learningRate };
  const steps = { generator: 0, discriminator: 0 };
  const waiting = { generator: { gathered: 0 }, discriminator: { gathered: 0 } };
  const average = { steps: 0 };
  const stages = {
    generator: stagesOf('generator', options),
    discriminator: stagesOf('discriminator', options),
  };
  return {
    counts: {
      updates: steps,
      'gathered by generator': waiting.generator,
      'gathered by discriminator': waiting.discriminator,
      ...(decay !== null && { average }),
    },
    next: (network, generatorRate) => {
      const counter = waiting[network];
      counter.gathered = (counter.gathered + 1) % options.accumulate;
      const isComplete = counter.gathered === 0;
      if (isComplete) steps[network]++;
      const step = options.shared ? steps.generator + steps.discriminator : steps[network];
      const isAveraged = isComplete && stages[network].includes('average');
      const averageDecay = isAveraged ? averageDecayAt(++average.steps, decay!) : 1;
      return {
        ...optimizers[options.method].rates(options, step, generatorRate * ratios[network]),
        completesUpdate: isComplete ? 1 : 0,
        averageDecay,
        averageWeight: 1 - averageDecay,
      };
    },
  };
}

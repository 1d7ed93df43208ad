import type { RunConfig } from '../config/config.ts';
import { optimizers, type Rates } from '../nn/optimizers.ts';
import { keptShare } from '../nn/weight-average.ts';
import type { NetworkName } from './algorithms.ts';

type OptimizerConfig = RunConfig['optimizer'];

/** What is done with a batch's gradients. All but `gather` only counts with the last batch of an update. */
export type Stage = 'gather' | 'clip' | 'optimize' | 'average';

/** The stages of a network's update, in order. */
export function stagesOf(network: NetworkName, { accumulate, clipNorm, average }: OptimizerConfig): Stage[] {
  const stages: readonly [Stage, boolean][] = [
    ['gather', accumulate > 1],
    ['clip', clipNorm !== null],
    ['optimize', true],
    ['average', average !== null && network === 'generator'],
  ];
  return stages.filter(([, isAsked]) => isAsked).map(([stage]) => stage);
}

/** The scalars of one network's update. */
export interface UpdateNumbers extends Rates {
  /** 1 where this batch completes an update, 0 where its gradients wait for those of further ones. */
  readonly taken: number;
  /** Share of the old weight average that is kept, and of the new weights that is taken. */
  readonly kept: number;
  readonly averaged: number;
}

/** Counts a run's updates and says their scalars. */
export interface Updates {
  /** Counters by the part that counts, live. */
  readonly counts: Readonly<Record<string, Record<string, number>>>;
  /** Counts a batch of the network; `learningRate` is the generator's. */
  next(network: NetworkName, learningRate: number): UpdateNumbers;
}

/**
 * How fast each network follows its gradients. Step counters are one that both networks advance, as one Keras optimiser
 * object has, or one each.
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
      const isTaken = counter.gathered === 0;
      if (isTaken) steps[network]++;
      const step = options.shared ? steps.generator + steps.discriminator : steps[network];
      const isAveraged = isTaken && stages[network].includes('average');
      const kept = isAveraged ? keptShare(++average.steps, decay!) : 1;
      return {
        ...optimizers[options.method].rates(options, step, generatorRate * ratios[network]),
        taken: isTaken ? 1 : 0,
        kept,
        averaged: 1 - kept,
      };
    },
  };
}

import type { RunConfig } from '../../config/config.ts';
import { adamRates } from '../../nn/adam.ts';
import type { Updates } from '../updates.ts';
import type { GraphUpdate, RateName } from './update-graph.ts';

/** The scalars of an update that is about to be done, by input name; advances the counters in `update`. */
export function nextRates(
  { network, inputs }: GraphUpdate,
  { learningRate, discriminatorLearningRate, ...options }: RunConfig['optimizer'],
  update: Updates,
  generatorRate: number,
): Record<string, Float32Array> {
  const isGenerator = network === 'generator';
  const ratio = isGenerator ? 1 : (discriminatorLearningRate ?? learningRate) / learningRate;
  const taken = countBatch(update.gathered[network].counts, options.accumulate);
  if (taken) update.counts[network]++;
  const steps = options.shared
    ? update.counts.generator + update.counts.discriminator
    : update.counts[network];
  const rate = generatorRate * ratio;
  const adam = adamRates(options, steps, rate);
  const scalars: Record<RateName, number> = {
    rate: options.method === 'sgd' ? rate : adam.rate,
    epsilon: adam.epsilon,
    pull: rate * options.weightDecay,
    taken: taken ? 1 : 0,
    averaged: isGenerator && taken && update.average ? 1 - update.average.nextKept() : 0,
  };
  return Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => [inputs[name as RateName], Float32Array.of(value)]),
  );
}

/** Whether this batch completes an update. */
function countBatch(counts: { gathered: number }, accumulate: number): boolean {
  counts.gathered = (counts.gathered + 1) % accumulate;
  return counts.gathered === 0;
}

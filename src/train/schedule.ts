import type { RunConfig } from './config.ts';

/** The learning rate at a point of the run, in epochs (fractions count): constant, then falling linearly to 0. */
export function learningRateAt({ optimizer, constantEpochs, epochs }: RunConfig, epoch: number): number {
  if (constantEpochs === null || epoch <= constantEpochs) return optimizer.learningRate;
  const remaining = (epochs - epoch) / (epochs - constantEpochs);
  return optimizer.learningRate * Math.max(remaining, 0);
}

import type { RunConfig } from '../config/config.ts';
import { presets } from '../config/presets.ts';
import { macsOf, stepConvolutions } from '../forms/convolutions.ts';
import type { Workload } from './contender.ts';

/** A preset's config with a workload's sizes. */
export function workloadConfig({ preset, size, filters, levels, batch }: Workload): RunConfig {
  const config = presets[preset];
  return {
    ...config,
    size: [size, size],
    batchSize: batch,
    generator: { ...config.generator, filters, levels },
    discriminator: { ...config.discriminator, filters },
  };
}

/** Multiply–accumulates of one step, counting upsampled convolutions at low resolution. */
export function stepMacs(config: RunConfig): number {
  return stepConvolutions(config).reduce((sum, { convolution }) => sum + macsOf(convolution), 0);
}

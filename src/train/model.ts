import type { Tensor } from '../graph/index.ts';
import { discriminators } from '../models/discriminators.ts';
import { generators } from '../models/generators.ts';
import type { Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import type { RunConfig } from './config.ts';

/** Colour channels of conditions and targets. */
export const CHANNELS = 3;

/** Adds the configured generator to a graph: condition [N,H,W,3] → image [N,H,W,3]. */
export function generator(config: RunConfig, variables: Variables, condition: Tensor, mode: Mode): Tensor {
  const { architecture, filters, levels, dropout } = config.generator;
  if (levels === null) throw new Error('Cannot build a generator before its levels are resolved');
  const options = { filters, levels, dropout, outputChannels: CHANNELS };
  return generators[architecture].build(variables, condition, options, mode);
}

/** Adds the configured discriminator to a graph: image and condition → logits per patch. */
export function discriminator(
  config: RunConfig,
  variables: Variables,
  image: Tensor,
  condition: Tensor,
  mode: Mode,
): Tensor {
  const { architecture, filters } = config.discriminator;
  return discriminators[architecture](variables, image, condition, { filters }, mode);
}

/** How the trained generator translates. */
export function translationMode({ generator }: RunConfig): Mode {
  return {
    batchStatistics: generator.inference.statistics === 'batch',
    dropout: generator.inference.dropout,
  };
}

/** Shape of a batch of images, [N,H,W,3]. */
export function batchShape(config: RunConfig, batchSize = config.batchSize): readonly number[] {
  return [batchSize, ...config.size, CHANNELS];
}

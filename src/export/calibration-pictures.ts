import type { RunConfig } from '../config/config.ts';
import type { Image, Samples } from '../core/image.ts';
import { spread } from '../core/spread.ts';
import { readExamples } from '../data/loading/loader.ts';
import { steadyTransform } from '../data/loading/transform.ts';
import { openPairs } from '../data/pairing.ts';

/** Number of pictures to measure; more did not change the choice of steps. */
const COUNT = 32;

/** Conditions of evenly spaced training pairs in `data`, without those that can't be read. */
export async function* calibrationPictures(
  data: string,
  { direction, channels, resize }: RunConfig,
  size: readonly [number, number],
): AsyncGenerator<Image<Samples>> {
  const { pairs } = await openPairs(data, { split: 'train' });
  const examples = spread(pairs, COUNT).map(pair => ({
    pair,
    transform: steadyTransform([size[0], size[1]], resize.mode),
  }));
  const skipping = { direction, channels, resize, skipBad: true, onSkip: () => {} };
  for await (const { condition } of readExamples(examples, 2, skipping)) yield condition;
}

import type { RunConfig } from '../../config/config.ts';
import { UserError } from '../../core/errors.ts';
import type { ImagePair } from '../../core/image-pair.ts';
import { mapAhead } from '../../core/map-ahead.ts';
import type { Random } from '../../core/random.ts';
import { alone } from '../../step/workers.ts';
import { loadPairWithChannels } from '../pair.ts';
import type { PairFiles } from '../pair-files.ts';
import {
  type Batch,
  type BatchSource,
  batchesOf,
  type EpochOptions,
  type Example,
  stackPairs,
  tooFewPairs,
} from './epochs.ts';
import { type CachePlace, PairCache } from './pair-cache.ts';
import { scalePair, steadyTransform, varyPair } from './transform.ts';

/** How pairs are read from files. */
export type ReadOptions = Pick<RunConfig, 'direction' | 'channels' | 'resize'> & {
  readonly skipBad: boolean;
  /** Called with one line for each skipped pair, and if the cache is full. */
  readonly onSkip: (message: string) => void;
};

/** How files become batches: a run's config, and how its files are read. */
export type LoadOptions = ReadOptions &
  EpochOptions & {
    /** Number of batches decoded ahead. */
    readonly ahead?: number;
    /** Cache of decoded pairs for later epochs and runs; it doesn't change the batches. */
    readonly cache?: CachePlace | undefined;
  };

export const usualAhead = 4;

/**
 * A {@link BatchSource} that decodes in the calling thread. Throws {@link UserError} if the pairs don't fill one batch.
 */
export function loadEpochs(pairs: readonly PairFiles[], options: LoadOptions): BatchSource {
  const { ahead = usualAhead, cache, onSkip, share = alone } = options;
  const batchSize = options.batchSize / share.count;
  const pairCache = cache && new PairCache(cache, onSkip);
  const pairsAhead = Math.max(ahead * batchSize, batchSize - 1);
  return batchesOf(pairs, options, examples => readExamples(examples, pairsAhead, options, pairCache));
}

/** Reads examples in order, decoding up to `ahead` further ones meanwhile. Skips bad pairs or throws their error. */
export async function* readExamples(
  examples: Iterable<Example<PairFiles>>,
  ahead: number,
  options: ReadOptions,
  pairCache?: PairCache,
): AsyncGenerator<ImagePair> {
  const read = (example: Example<PairFiles>) => readExample(example, options, pairCache);
  for await (const pair of mapAhead(examples, ahead, read)) {
    if (!(pair instanceof UserError)) yield pair;
    else if (options.skipBad) options.onSkip(`Skipped a pair. ${pair.message}`);
    else throw new UserError(`${pair.message}; use --skip-bad to skip such pairs`);
  }
}

async function readExample(
  { pair: files, transform }: Example<PairFiles>,
  { direction, channels, resize }: ReadOptions,
  pairCache?: PairCache,
): Promise<ImagePair | UserError> {
  const { size, mode, jitter } = transform;
  const make = async () =>
    scalePair(await loadPairWithChannels(files, direction, channels), transform, resize);
  try {
    const variant = { direction, channels, resize, size, mode, jitter };
    return varyPair(await (pairCache ? pairCache.obtain(files, variant, make) : make()), transform, resize);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** `count` consecutive pairs from a random position, like {@link firstBatch}: the article's test batch. */
export async function sampleBatch(
  pairs: readonly PairFiles[],
  count: number,
  random: Random,
  options: ReadOptions & Pick<RunConfig, 'size'>,
): Promise<Batch> {
  const start = random.integer(Math.max(1, pairs.length - count + 1));
  return firstBatch([...pairs.slice(start), ...pairs.slice(0, start)], count, options);
}

/**
 * The first `count` pairs, without augmentation, as one batch. With `skipBad`, bad pairs are replaced by the next ones.
 * The batch is smaller if there are fewer pairs.
 */
export async function firstBatch(
  pairs: readonly PairFiles[],
  count: number,
  options: ReadOptions & Pick<RunConfig, 'size'>,
): Promise<Batch> {
  const transform = steadyTransform(options.size, options.resize.mode);
  const examples = pairs.map(pair => ({ pair, transform }));
  const sample: ImagePair[] = [];
  for await (const pair of readExamples(examples, count - 1, options)) {
    sample.push(pair);
    if (sample.length === count) break;
  }
  if (sample.length === 0) throw tooFewPairs(0, 1);
  return stackPairs(sample);
}

import { UserError } from '../../core/errors.ts';
import type { ImagePair } from '../../core/image-pair.ts';
import { Random } from '../../core/random.ts';
import type { PairFiles } from '../pair-files.ts';
import { type Batch, stackPairs } from './batch.ts';
import { type LoadOptions, readExamples } from './examples.ts';
import { type CachePlace, PairCache } from './pair-cache.ts';
import { type Augment, drawTransform, steadyTransform } from './transform.ts';

export interface BatchOptions extends LoadOptions {
  readonly batchSize: number;
  /** Shuffle the pairs; off: in the order of `pairs`. */
  readonly shuffle: boolean;
  readonly augment: Augment;
  /** Batches that are decoded while one is being used. */
  readonly ahead: number;
  /** Where decoded pairs are kept for the next epoch and the next run; the batches are the same. */
  readonly cache?: CachePlace | undefined;
}

/** Batches epoch by epoch, in this thread ({@link loadEpochs}) or in one of its own (`loadEpochsInThread`). */
export interface BatchSource {
  /**
   * One epoch. Its batches depend on the seed and `index` alone, whatever was read before. `from` is the batch to
   * start with, so that a resumed run goes on inside an epoch. Take one epoch at a time; leaving it early is fine.
   */
  epoch(index: number, from?: number): AsyncGenerator<Batch, void, undefined>;
  /** Frees what the source holds. */
  close(): Promise<void>;
}

/** A {@link BatchSource} in the calling thread. Throws {@link UserError} where the pairs don't fill one batch. */
export function loadEpochs(
  pairs: readonly PairFiles[],
  options: BatchOptions & { readonly seed: number },
  pairCache = options.cache && new PairCache(options.cache, options.onSkip),
): BatchSource {
  assertFillsBatch(pairs.length, options.batchSize);
  const random = Random.fromSeed(options.seed).split('data');
  return {
    epoch: (index, from = 0) =>
      loadBatches(pairs, { ...options, pairCache, from, random: random.split(`epoch ${index}`) }),
    close: async () => {},
  };
}

/**
 * One epoch of batches; a last partial batch is dropped. Order and augmentations are drawn before anything is decoded,
 * so that they depend neither on timing nor on which pairs turn out bad. `from` leaves out the first batches.
 * Throws {@link UserError} on a bad pair, unless `skipBad`, and where not even one batch can be filled.
 */
export async function* loadBatches(
  pairs: readonly PairFiles[],
  options: BatchOptions & {
    readonly random: Random;
    readonly from?: number;
    readonly pairCache?: PairCache | undefined;
  },
): AsyncGenerator<Batch, void, undefined> {
  const { batchSize, random, from = 0 } = options;
  assertFillsBatch(pairs.length, batchSize);
  const order = options.shuffle ? random.shuffled(pairs) : pairs;
  const examples = order.map(files => ({ files, transform: drawTransform(random, options) }));
  // Where bad pairs are left out, only reading tells which pairs the first batches held.
  const unread = options.skipBad ? 0 : from;
  const ahead = Math.max(options.ahead * batchSize, batchSize - 1);
  let index = unread;
  let waiting: ImagePair[] = [];
  for await (const pair of readExamples(examples.slice(unread * batchSize), ahead, options)) {
    waiting.push(pair);
    if (waiting.length < batchSize) continue;
    if (index >= from) yield stackPairs(waiting);
    waiting = [];
    index++;
  }
  if (index === 0) throw tooFewPairs(waiting.length, batchSize);
}

/**
 * `count` consecutive pairs from a random place, unaugmented, as one batch: the article's test batch. Bad pairs are
 * left out where `skipBad`, and the next ones taken. Fewer come back where there are fewer.
 */
export async function sampleBatch(
  pairs: readonly PairFiles[],
  count: number,
  random: Random,
  options: LoadOptions,
): Promise<Batch> {
  const start = random.integer(Math.max(1, pairs.length - count + 1));
  const transform = steadyTransform(options.size, options.resize.mode);
  const examples = [...pairs.slice(start), ...pairs.slice(0, start)].map(files => ({ files, transform }));
  const sample: ImagePair[] = [];
  for await (const pair of readExamples(examples, count - 1, options)) {
    sample.push(pair);
    if (sample.length === count) break;
  }
  if (sample.length === 0) throw tooFewPairs(0, 1);
  return stackPairs(sample);
}

/** Throws {@link UserError} where there are fewer pairs than one batch takes. */
export function assertFillsBatch(pairs: number, batchSize: number): void {
  if (pairs < batchSize) throw tooFewPairs(pairs, batchSize);
}

function tooFewPairs(pairs: number, batchSize: number): UserError {
  const readable = pairs === 1 ? '1 readable pair' : `${pairs} readable pairs`;
  const advice =
    pairs === 0 ? 'check the data with "pix2pix inspect"' : `lower the batch size to ${pairs} or add pairs`;
  return new UserError(`Cannot fill a batch of ${batchSize} from ${readable}; ${advice}`);
}

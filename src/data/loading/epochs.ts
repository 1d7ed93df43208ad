import type { RunConfig } from '../../config/config.ts';
import { UserError } from '../../core/errors.ts';
import { type Image, imageToTensor, type Samples } from '../../core/image.ts';
import type { ImagePair } from '../../core/image-pair.ts';
import { Random } from '../../core/random.ts';
import type { Size } from '../../core/sizes.ts';
import { alone, type Share } from '../../step/workers.ts';
import { augmentStreams, drawTransform, type Transform } from './transform.ts';

// Batches by epoch, from files or from memory. This file uses neither Node nor the DOM.

/** Pairs as network inputs: `condition` and `target` are [N, H, W, C] float32 in [−1, 1], N = names.length. */
export interface Batch {
  readonly names: readonly string[];
  readonly condition: Float32Array<ArrayBuffer>;
  readonly target: Float32Array<ArrayBuffer>;
}

/** A source of batches, by epoch. */
export interface BatchSource {
  /**
   * One epoch. Its batches depend only on the seed and `index`, not on what was read before. `from` is the first batch,
   * for runs resumed within an epoch, and `size` that of the images, by default the options'. Read one epoch at a time;
   * it is fine to stop early.
   */
  epoch(index: number, from?: number, size?: Size): AsyncGenerator<Batch, void, undefined>;
  /** Frees the source's resources. */
  close(): Promise<void>;
}

/** A pair to read, and the transform of both sides. */
export interface Example<Pair> {
  readonly pair: Pair;
  readonly transform: Transform;
}

/** How pairs become batches. */
export type EpochOptions = Pick<
  RunConfig,
  'seed' | 'size' | 'resize' | 'batchSize' | 'shuffle' | 'augment'
> & {
  /** Skip pairs that can't be read; off: throw their {@link UserError}. */
  readonly skipBad: boolean;
  /** This source's part of each batch if several share it; default: all of it. */
  readonly share?: Share;
};

/** Reads examples in order, as images of their transforms' size. */
export type ReadExamples<Pair> = (examples: readonly Example<Pair>[]) => AsyncIterable<ImagePair>;

/**
 * A source of batches. Order and augmentations are drawn before anything is read, so that they depend neither on timing
 * nor on which pairs are bad. A last partial batch is dropped. Throws {@link UserError} if the pairs don't fill one
 * batch.
 */
export function batchesOf<Pair>(
  pairs: readonly Pair[],
  options: EpochOptions,
  read: ReadExamples<Pair>,
): BatchSource {
  const { seed, shuffle, skipBad, share = alone } = options;
  assertFillsBatch(pairs.length, options.batchSize);
  const batchSize = options.batchSize / share.count;
  const data = Random.fromSeed(seed).split('data');
  return {
    async *epoch(epoch, from = 0, size = options.size) {
      const random = data.split(`epoch ${epoch}`);
      const streams = augmentStreams(random);
      const order = shuffle ? random.shuffled(pairs) : pairs;
      const all = order.map(pair => ({
        pair,
        transform: drawTransform(streams, { ...options, size }),
      }));
      const examples = shareOf(all, options.batchSize, share);
      // If bad pairs are skipped, the first batches have to be read to know which pairs they held.
      let index = skipBad ? 0 : from;
      let waiting: ImagePair[] = [];
      for await (const pair of read(examples.slice(index * batchSize))) {
        waiting.push(pair);
        if (waiting.length < batchSize) continue;
        if (index >= from) yield stackPairs(waiting);
        waiting = [];
        index++;
      }
      if (index === 0) throw tooFewPairs(waiting.length, batchSize);
    },
    close: async () => {},
  };
}

/** The same part of each of several consecutive batches. */
function shareOf<Item>(items: readonly Item[], batchSize: number, { rank, count }: Share): readonly Item[] {
  if (count === 1) return items;
  const whole = items.slice(0, items.length - (items.length % batchSize));
  return whole.filter((_, i) => Math.floor(((i % batchSize) * count) / batchSize) === rank);
}

/** Stacks pairs of one size. */
export function stackPairs(pairs: readonly ImagePair[]): Batch {
  return {
    names: pairs.map(({ name }) => name),
    condition: stackImages(pairs.map(({ condition }) => condition)),
    target: stackImages(pairs.map(({ target }) => target)),
  };
}

function stackImages(images: readonly Image<Samples>[]): Float32Array<ArrayBuffer> {
  const length = images[0]?.data.length ?? 0;
  const stacked = new Float32Array(images.length * length);
  images.forEach((image, i) => {
    imageToTensor(image, stacked.subarray(i * length, (i + 1) * length));
  });
  return stacked;
}

/** Throws {@link UserError} if there are fewer pairs than one batch takes. */
export function assertFillsBatch(pairs: number, batchSize: number): void {
  if (pairs < batchSize) throw tooFewPairs(pairs, batchSize);
}

export function tooFewPairs(pairs: number, batchSize: number): UserError {
  const readable = pairs === 1 ? '1 readable pair' : `${pairs} readable pairs`;
  const advice =
    pairs === 0 ? 'check the data with "pix2pix inspect"' : `lower the batch size to ${pairs} or add pairs`;
  return new UserError(`Cannot fill a batch of ${batchSize} from ${readable}; ${advice}`);
}

import { UserError } from '../../core/errors.ts';
import type { Channels, Direction, ImagePair } from '../../core/image-pair.ts';
import { mapAhead } from '../../core/map-ahead.ts';
import { loadPairWithChannels } from '../pair.ts';
import type { PairFiles } from '../pair-files.ts';
import type { PairCache } from './pair-cache.ts';
import { type Resize, type Size, scaleFor, type Transform, vary, varyCondition } from './transform.ts';

/** How pairs are read, whatever they are read for. */
export interface LoadOptions {
  readonly direction: Direction;
  /** The height and width that come out, in pixels. */
  readonly size: Size;
  /** The channels that come out. */
  readonly channels: Channels;
  readonly resize: Resize;
  /** Leave out pairs that can't be read, and go on; off: throw their {@link UserError}. */
  readonly skipBad: boolean;
  /** Told of each pair that was left out, and of a cache that takes no more, in one line. */
  readonly onSkip: (message: string) => void;
}

/** A pair to read, and what to do to both of its sides. */
export interface Example {
  readonly files: PairFiles;
  readonly transform: Transform;
}

type Reading = Pick<LoadOptions, 'direction' | 'channels' | 'resize'> & {
  readonly pairCache?: PairCache | undefined;
};

/** Reads examples in order, decoding up to `ahead` further ones meanwhile. Bad pairs are left out or thrown. */
export async function* readExamples(
  examples: Iterable<Example>,
  ahead: number,
  options: Reading & Pick<LoadOptions, 'skipBad' | 'onSkip'>,
): AsyncGenerator<ImagePair> {
  for await (const read of mapAhead(examples, ahead, example => readExample(example, options))) {
    if (!(read instanceof UserError)) yield read;
    else if (options.skipBad) options.onSkip(`Left out a pair. ${read.message}`);
    else throw new UserError(`${read.message}; --skip-bad leaves such pairs out`);
  }
}

async function readExample(
  { files, transform }: Example,
  { pairCache, ...options }: Reading,
): Promise<ImagePair | UserError> {
  const { direction, channels, resize } = options;
  const { size, mode, jitter } = transform;
  const make = () => loadScaled(files, transform, options);
  try {
    const variant = { direction, channels, resize, size, mode, jitter };
    const { name, condition, target } = await (pairCache ? pairCache.obtain(files, variant, make) : make());
    return {
      name,
      condition: varyCondition(condition, transform, resize.condition),
      target: vary(target, transform, resize.target),
    };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function loadScaled(
  files: PairFiles,
  transform: Transform,
  { direction, channels, resize }: Reading,
): Promise<ImagePair> {
  const { name, condition, target } = await loadPairWithChannels(files, direction, channels);
  return {
    name,
    condition: scaleFor(condition, transform, resize.condition),
    target: scaleFor(target, transform, resize.target),
  };
}

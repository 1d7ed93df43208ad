import { UserError } from '../core/errors.ts';
import { mapAhead } from './map-ahead.ts';
import { type Channels, type Direction, type ImagePair, loadPairWithChannels } from './pair.ts';
import type { PairFiles } from './pairing.ts';
import { applyToCondition, applyTransform, type Resize, type Size, type Transform } from './transform.ts';

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
  /** Told of each pair that was left out, in one line. */
  readonly onSkip: (message: string) => void;
}

/** A pair to read, and what to do to both of its sides. */
export interface Example {
  readonly files: PairFiles;
  readonly transform: Transform;
}

/** Reads examples in order, decoding up to `ahead` further ones meanwhile. Bad pairs are left out or thrown. */
export async function* readExamples(
  examples: Iterable<Example>,
  ahead: number,
  options: Pick<LoadOptions, 'direction' | 'channels' | 'resize' | 'skipBad' | 'onSkip'>,
): AsyncGenerator<ImagePair> {
  for await (const read of mapAhead(examples, ahead, example => readExample(example, options))) {
    if (!(read instanceof UserError)) yield read;
    else if (options.skipBad) options.onSkip(`Left out a pair. ${read.message}`);
    else throw new UserError(`${read.message}; --skip-bad leaves such pairs out`);
  }
}

async function readExample(
  { files, transform }: Example,
  { direction, channels, resize }: Pick<LoadOptions, 'direction' | 'channels' | 'resize'>,
): Promise<ImagePair | UserError> {
  try {
    const { name, condition, target } = await loadPairWithChannels(files, direction, channels);
    return {
      name,
      condition: applyToCondition(condition, transform, resize.condition),
      target: applyTransform(target, transform, resize.target),
    };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

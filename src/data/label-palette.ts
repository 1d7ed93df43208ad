import { UserError } from '../core/errors.ts';
import type { Direction } from '../core/image-pair.ts';
import { type Picture, pickChannels } from '../images/picture.ts';
import { commonColors, shareClasses } from './inspection/common-colors.ts';
import { commonIndices, graysOf, type Palette, type PaletteColor, paletteOf } from './inspection/palette.ts';
import { loadSample } from './pair.ts';
import type { PairFiles } from './pair-files.ts';

const pairsLookedAt = 48;
/** The networks' largest number of label planes. */
const mostClasses = 64;

export interface LabelPaletteOptions {
  readonly direction: Direction;
  /** Whether the conditions' last channel holds instance ids. */
  readonly withIds: boolean;
}

/**
 * The class colours of conditions that are label maps, found in evenly spaced pairs, most frequent first; for index
 * maps, the grays of all numbers up to the highest. Throws {@link UserError} if the conditions are not label maps, or
 * have too many classes.
 */
export async function findLabelPalette(
  pairs: readonly PairFiles[],
  { direction, withIds }: LabelPaletteOptions,
): Promise<PaletteColor[]> {
  const found: Palette[] = [];
  let looked = 0;
  for await (const sides of loadSample(pairs, pairsLookedAt)) {
    looked++;
    const condition = sides[direction === 'AtoB' ? 0 : 1];
    const palette = paletteOf(withIds ? withoutLast(condition) : condition);
    if (palette.kind === 'label map') found.push(palette);
  }
  if (!shareClasses(found)) {
    throw new UserError(
      `Cannot turn conditions into label planes: the images of side ${direction[0]} share hardly any colours, so they are not label maps; leave out --label-planes`,
    );
  }
  const indices = commonIndices(found);
  if (indices?.some(index => index > 255)) {
    throw new UserError(
      `Cannot turn conditions into label planes: their class numbers go up to ${indices.at(-1)}, expected at most 255; number classes from 0`,
    );
  }
  const palette = indices ? graysOf(withoutGaps(indices)) : commonColors(found);
  if (palette.length > mostClasses) {
    throw new UserError(
      `Cannot turn conditions into label planes: they have ${palette.length} classes, expected at most ${mostClasses}; merge some, or leave out --label-planes`,
    );
  }
  if (4 * found.length >= 3 * looked && palette.length > 1) return palette;
  throw new UserError(
    `Cannot turn conditions into label planes: side ${direction[0]} has ${found.length} label maps among ${looked} images; use --direction ${direction === 'AtoB' ? 'BtoA' : 'AtoB'}, or leave out --label-planes`,
  );
}

/** Classes missing from the examined pictures may occur in others; 255 is not a class. */
function withoutGaps(indices: readonly number[]): readonly number[] {
  const highest = Math.max(...indices.filter(index => index < 255));
  if (highest + 2 > mostClasses) return indices;
  const counted = Array.from({ length: highest + 1 }, (_, index) => index);
  return indices.includes(255) ? [...counted, 255] : counted;
}

function withoutLast({ image }: Picture): Picture {
  const kept = Array.from({ length: Math.max(1, image.channels - 1) }, (_, c) => c);
  return { image: pickChannels(image, kept), alpha: false };
}

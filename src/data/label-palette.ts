import { UserError } from '../core/errors.ts';
import type { Direction } from '../core/image-pair.ts';
import { type Picture, pickChannels } from '../images/picture.ts';
import { commonIndices, graysOf, type Palette, type PaletteColor, paletteOf } from './inspection/palette.ts';
import { loadSome } from './pair.ts';
import type { PairFiles } from './pair-files.ts';

const pairsLookedAt = 48;
/** Colours nearer than this, in any channel, are one that JPEG has changed. */
const sameRange = 24;
/** More planes than this are more than the networks can be given. */
const mostClasses = 64;

export interface LabelPaletteOptions {
  readonly direction: Direction;
  /** Whether the last channel of conditions holds instance ids. */
  readonly withIds: boolean;
}

/**
 * The colours of the classes of conditions that are label maps, from pairs all over a data set, those first that most
 * pictures have; of index maps the grays of the numbers up to their highest. Throws {@link UserError} where the conditions are
 * no label maps, or have too many classes.
 */
export async function findLabelPalette(
  pairs: readonly PairFiles[],
  { direction, withIds }: LabelPaletteOptions,
): Promise<PaletteColor[]> {
  const found: Palette[] = [];
  let looked = 0;
  for await (const sides of loadSome(pairs, pairsLookedAt)) {
    looked++;
    const condition = sides[direction === 'AtoB' ? 0 : 1];
    const palette = paletteOf(withIds ? withoutLast(condition) : condition);
    if (palette.kind === 'label map') found.push(palette);
  }
  const indices = commonIndices(found);
  if (indices?.some(index => index > 255)) {
    throw new UserError(
      `Cannot show conditions as planes of labels: their numbers go up to ${indices.at(-1)}, and 255 is the most; number classes from 0`,
    );
  }
  const palette = indices ? graysOf(withoutGaps(indices)) : mergeColors(found.map(({ colors }) => colors));
  if (palette.length > mostClasses) {
    throw new UserError(
      `Cannot show conditions as planes of labels: they have ${palette.length} classes, and ${mostClasses} are the most; join some, or leave out --label-planes`,
    );
  }
  if (4 * found.length >= 3 * looked && palette.length > 1) return palette;
  throw new UserError(
    `Cannot show conditions as planes of labels: side ${direction[0]} has ${found.length} label maps in ${looked} pictures; use --direction ${direction === 'AtoB' ? 'BtoA' : 'AtoB'}, or leave out --label-planes`,
  );
}

/** Classes that none of the pictures looked at has may be in others; 255 is no class. */
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

/** Each colour once; with many pictures, only those that a tenth of them have: JPEG mixes others. */
function mergeColors(pictures: readonly (readonly PaletteColor[])[]): PaletteColor[] {
  const classes: { color: PaletteColor; count: number }[] = [];
  for (const color of pictures.flat()) {
    const known = classes.find(each =>
      each.color.every((level, i) => Math.abs(level - color[i]!) <= sameRange),
    );
    if (known) known.count++;
    else classes.push({ color, count: 1 });
  }
  const fewest = pictures.length > 8 ? Math.max(2, pictures.length / 10) : 1;
  return classes
    .filter(({ count }) => count >= fewest)
    .sort((a, b) => b.count - a.count)
    .map(({ color }) => color);
}

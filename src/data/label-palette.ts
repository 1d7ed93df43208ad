import { UserError } from '../core/errors.ts';
import { type PaletteColor, paletteOf } from './inspection/palette.ts';
import { type Direction, loadSides } from './pair.ts';
import type { PairFiles } from './pairing.ts';
import { asRgb } from './picture.ts';

const pairsLookedAt = 48;
/** Colours nearer than this, in any channel, are one that JPEG has changed. */
const sameRange = 24;

/**
 * The colours of the classes of conditions that are label maps, from pairs all over a data set, those first that most
 * pictures have. Throws {@link UserError} where the conditions are no label maps.
 */
export async function findLabelPalette(
  pairs: readonly PairFiles[],
  direction: Direction,
): Promise<PaletteColor[]> {
  const count = Math.min(pairs.length, pairsLookedAt);
  const found: PaletteColor[][] = [];
  let labelMaps = 0;
  let looked = 0;
  for (let i = 0; i < count; i++) {
    const sides = await loadSides(pairs[Math.floor((i * pairs.length) / count)]!).catch(ignoreBad);
    if (!sides) continue;
    looked++;
    const [a, b] = sides;
    const { kind, colors } = paletteOf(asRgb(direction === 'AtoB' ? a : b));
    if (kind !== 'label map') continue;
    labelMaps++;
    found.push([...colors]);
  }
  const palette = mergeColors(found);
  if (4 * labelMaps >= 3 * looked && palette.length > 1) return palette;
  throw new UserError(
    `Cannot show conditions as planes of labels: side ${direction[0]} has ${labelMaps} label maps in ${looked} pictures; use --direction ${direction === 'AtoB' ? 'BtoA' : 'AtoB'}, or leave out --label-planes`,
  );
}

/** What is wrong with a pair is told when it is its turn to be learned from. */
function ignoreBad(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
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

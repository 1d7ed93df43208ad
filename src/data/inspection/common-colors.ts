import { colorDistance, commonIndices, type Palette, type PaletteColor } from './palette.ts';

/** Colours closer than this in every channel count as one, changed by JPEG. */
export const jpegSpread = 24;
/** Fewer pictures don't show whether they share their colours. */
const fewestPictures = 5;
/**
 * How many of the colours of a set's label maps are common, at least. In the facades 95 % are; in flat emoji, where each
 * picture has a few colours of hundreds, 60 %.
 */
const leastCommon = 0.8;

/** The colours of a data set's label maps, most frequent first, without those that are JPEG artefacts of a few pictures. */
export function commonColors(maps: readonly Palette[]): PaletteColor[] {
  return commonGroups(maps).map(({ color }) => color);
}

/** Whether flat pictures of few colours are label maps: their colours are classes, the same ones in the whole set. */
export function shareClasses(maps: readonly Palette[]): boolean {
  if (maps.length < fewestPictures || commonIndices(maps)) return true;
  const all = maps.reduce((sum, { colors }) => sum + colors.length, 0);
  const common = commonGroups(maps).reduce((sum, { count }) => sum + count, 0);
  return common >= leastCommon * all;
}

interface Group {
  readonly color: PaletteColor;
  /** How many pictures have it. */
  count: number;
}

function commonGroups(maps: readonly Palette[]): Group[] {
  const groups: Group[] = [];
  for (const { colors } of maps) {
    const own = new Set(colors.map(color => groupOf(color, groups)));
    for (const group of own) group.count++;
  }
  const fewest = maps.length > 8 ? Math.max(2, maps.length / 10) : 1;
  return groups.filter(({ count }) => count >= fewest).sort((a, b) => b.count - a.count);
}

function groupOf(color: PaletteColor, groups: Group[]): Group {
  const known = groups.find(group => colorDistance(color, group.color) <= jpegSpread);
  if (known) return known;
  const group = { color, count: 0 };
  groups.push(group);
  return group;
}

import type { Direction } from '../../core/image-pair.ts';
import { isSound, type SplitFindings } from './find-problems.ts';
import { commonIndices, graysOf, type PaletteColor, type PictureKind } from './palette.ts';

/** A summary of the pictures of one side of a data set. */
export interface SideSummary {
  readonly kind: PictureKind;
  /** How many of the pictures are of that kind. */
  readonly count: number;
  readonly total: number;
  readonly gray: boolean;
  /** The colours of label maps as `#rrggbb`, most frequent first; empty for other pictures. */
  readonly colors: readonly string[];
  /** The class numbers, ascending, if label maps use gray levels as class numbers; otherwise null. */
  readonly indices: readonly number[] | null;
}

/** Summarises a side over all splits. */
export function summarizeSide(splits: readonly SplitFindings[], side: 'a' | 'b'): SideSummary {
  const palettes = splits.flatMap(({ pairs }) => pairs.filter(isSound).map(pair => pair[side].palette));
  const kinds = new Map<PictureKind, number>();
  for (const { kind } of palettes) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const [kind, count] = [...kinds].sort(([, one], [, other]) => other - one)[0] ?? ['photo' as const, 0];
  const labels = kind === 'label map' ? palettes.filter(palette => palette.kind === kind) : [];
  const indices = commonIndices(labels);
  const colors = indices ? graysOf(indices) : commonColors(labels.map(palette => palette.colors));
  return {
    kind,
    count,
    total: palettes.length,
    gray: palettes.every(palette => palette.gray),
    colors: colors.map(hexOf),
    indices,
  };
}

/** The direction that makes photos; null unless one side alone is photos. */
export function directionToPhotos(a: SideSummary, b: SideSummary): Direction | null {
  if ((a.kind === 'photo') === (b.kind === 'photo')) return null;
  return b.kind === 'photo' ? 'AtoB' : 'BtoA';
}

// Colours closer than this in every channel count as one; colours in only a few pictures are JPEG artefacts.
const sameRange = 14;
const leastShare = 0.1;

function commonColors(palettes: readonly (readonly PaletteColor[])[]): PaletteColor[] {
  const groups: { color: PaletteColor; count: number }[] = [];
  for (const colors of palettes) {
    const seen = new Set<(typeof groups)[number]>();
    for (const color of colors) {
      let group = groups.find(each =>
        color.every((level, c) => Math.abs(level - each.color[c]!) <= sameRange),
      );
      if (!group) {
        group = { color, count: 0 };
        groups.push(group);
      }
      if (!seen.has(group)) group.count++;
      seen.add(group);
    }
  }
  return groups
    .filter(({ count }) => count >= leastShare * palettes.length)
    .sort((a, b) => b.count - a.count)
    .map(({ color }) => color);
}

function hexOf(color: PaletteColor): string {
  return `#${color.map(level => level.toString(16).padStart(2, '0')).join('')}`;
}

import { hexOf } from '../../core/hex-color.ts';
import type { Direction } from '../../core/image-pair.ts';
import { commonColors, shareClasses } from './common-colors.ts';
import { isSound, mostFrequentKind, type SplitFindings } from './find-problems.ts';
import { commonIndices, graysOf, type PictureKind } from './palette.ts';

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
  const { kind: most, count } = mostFrequentKind(palettes);
  const flat = most === 'label map' ? palettes.filter(palette => palette.kind === most) : [];
  const labels = shareClasses(flat) ? flat : [];
  const kind = most === 'label map' && labels.length === 0 ? 'drawing' : most;
  const indices = commonIndices(labels);
  const colors = indices ? graysOf(indices) : commonColors(labels);
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

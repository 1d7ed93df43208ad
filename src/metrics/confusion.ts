/** Confusion matrix: how many pixels of each true class (rows) were read as each class (columns). */
export interface Confusion {
  readonly classes: number;
  /** [classes, classes], row-major. */
  readonly counts: Float64Array;
}

/** The paper's segmentation scores (Long et al. 2015, section 5), each from 0 to 1; null if nothing was counted. */
export const segmentationScores = {
  pixelAccuracy: {
    title: 'Pixel accuracy',
    protocol: 'share of pixels that the reader assigns to the class in the label map',
    of: pixelAccuracy,
  },
  classAccuracy: {
    title: 'Class accuracy',
    protocol: 'the same share for each class that occurs, mean over classes',
    of: classAccuracy,
  },
  classIou: {
    title: 'Class IoU',
    protocol:
      'intersection of read and true area over their union for each class that occurs, mean over classes',
    of: classIou,
  },
} as const;

export type SegmentationScore = keyof typeof segmentationScores;

export function createConfusion(classes: number): Confusion {
  return { classes, counts: new Float64Array(classes * classes) };
}

/** Counts pixels; pixels whose true class is not in the list are left out. */
export function addToConfusion({ classes, counts }: Confusion, truth: Uint8Array, read: Uint8Array): void {
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]! < classes) counts[truth[i]! * classes + read[i]!]!++;
  }
}

/** The sum of several pictures' counts. */
export function sumConfusions(confusions: readonly Confusion[]): Confusion {
  const sum = createConfusion(confusions[0]?.classes ?? 0);
  for (const { counts } of confusions) for (let i = 0; i < counts.length; i++) sum.counts[i]! += counts[i]!;
  return sum;
}

function pixelAccuracy(confusion: Confusion): number | null {
  const { right, occurring } = totals(confusion);
  return ratio(sum(right), sum(occurring));
}

function classAccuracy(confusion: Confusion): number | null {
  const { right, occurring } = totals(confusion);
  return meanWhere(right.map((count, k) => ratio(count, occurring[k]!)));
}

function classIou(confusion: Confusion): number | null {
  const { right, occurring, read } = totals(confusion);
  return meanWhere(
    right.map((count, k) => (occurring[k] === 0 ? null : ratio(count, occurring[k]! + read[k]! - count))),
  );
}

/** By class: pixels read correctly, pixels of that class, pixels read as that class. */
function totals({ classes, counts }: Confusion) {
  const each = Array.from({ length: classes }, (_, k) => k);
  return {
    right: each.map(k => counts[k * classes + k]!),
    occurring: each.map(k => sum(each.map(other => counts[k * classes + other]!))),
    read: each.map(k => sum(each.map(other => counts[other * classes + k]!))),
  };
}

function meanWhere(values: readonly (number | null)[]): number | null {
  const defined = values.filter(value => value !== null);
  return ratio(sum(defined), defined.length);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

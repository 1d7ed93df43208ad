import type { Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { type Estimate, estimate, estimateMean } from '../metrics/bootstrap.ts';
import { type Confusion, segmentationScores, sumConfusions } from '../metrics/confusion.ts';
import { type MetricName, metricNames, metrics } from '../metrics/index.ts';
import type { Contestant } from './contestant.ts';
import { type ScoreName, segmentationNames } from './scores.ts';

/** One picture's values; null where a measure is not defined for it. */
export interface PictureScores {
  /** The pair's name. */
  readonly name: string;
  readonly values: Readonly<Record<MetricName, number | null>>;
  /** What a reader of classes saw in it, where there is one. */
  readonly confusion: Confusion | null;
}

/** What a contestant's pictures are worth, as plain data. */
export interface Entry {
  readonly name: string;
  readonly kind: Contestant['kind'];
  readonly about: string;
  /** Over all pictures, with intervals; null where a score is defined for none of them. */
  readonly summary: Readonly<Partial<Record<ScoreName, Estimate | null>>>;
  readonly pictures: readonly PictureEntry[];
  /** Where there is a reader: each class' share of rightly read pixels, null where it does not occur. */
  readonly classes: readonly (number | null)[] | null;
}

export interface PictureEntry {
  readonly name: string;
  readonly values: Readonly<Partial<Record<ScoreName, number | null>>>;
}

/** Scores a pair's picture against the truth, both as people look at them. */
export function scorePicture(name: string, picture: Image, truth: Image): Omit<PictureScores, 'confusion'> {
  const values = metricNames.map(metric => [metric, metrics[metric].measure(picture, truth)]);
  return { name, values: Object.fromEntries(values) };
}

/** Sums up what a contestant's pictures scored. Equal seeds give equal intervals. */
export function summarize(
  { name, kind, about }: Pick<Contestant, 'name' | 'kind' | 'about'>,
  pictures: readonly PictureScores[],
  seed: number,
): Entry {
  // One stream a score, the same for all contestants, so that equal values get equal intervals.
  const stream = (score: ScoreName) => Random.fromSeed(seed).split(`bootstrap ${score}`);
  const confusions = pictures.flatMap(({ confusion }) => confusion ?? []);
  const summary: Partial<Record<ScoreName, Estimate | null>> = {};
  for (const metric of metricNames) {
    const values = pictures.flatMap(({ values }) => values[metric] ?? []);
    summary[metric] = estimateMean(values, stream(metric));
  }
  if (confusions.length === 0)
    return { name, kind, about, summary, pictures: pictures.map(plain), classes: null };
  for (const score of segmentationNames) {
    const { of } = segmentationScores[score];
    summary[score] = estimate(confusions, sample => of(sumConfusions(sample)), stream(score));
  }
  return { name, kind, about, summary, pictures: pictures.map(plain), classes: classShares(confusions) };
}

function plain({ name, values, confusion }: PictureScores): PictureEntry {
  const read = confusion && segmentationNames.map(score => [score, segmentationScores[score].of(confusion)]);
  return { name, values: { ...values, ...(read && Object.fromEntries(read)) } };
}

function classShares(confusions: readonly Confusion[]): (number | null)[] {
  const { classes, counts } = sumConfusions(confusions);
  return Array.from({ length: classes }, (_, k) => {
    const row = counts.subarray(k * classes, (k + 1) * classes);
    const occurring = row.reduce((sum, count) => sum + count, 0);
    return occurring === 0 ? null : row[k]! / occurring;
  });
}

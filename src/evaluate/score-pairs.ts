import type { Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { type Estimate, estimate, estimateMean, meanOf } from '../metrics/bootstrap.ts';
import { type Confusion, segmentationScores, sumConfusions } from '../metrics/confusion.ts';
import { frechetDistance, gaussianOf } from '../metrics/frechet.ts';
import { metricNames, metrics } from '../metrics/index.ts';
import { kernelDistance } from '../metrics/kernel-distance.ts';
import type { Contestant } from './contestant.ts';
import { type FeatureScore, type PictureScore, type ScoreName, segmentationNames } from './scores.ts';

/** One picture's scores; null if a measure is not defined for it. */
export interface PictureScores {
  /** The pair's name. */
  readonly name: string;
  readonly values: Readonly<Partial<Record<PictureScore, number | null>>>;
  /** The reader's confusion matrix, if there is a reader. */
  readonly confusion: Confusion | null;
  /** The network's features of the picture and its truth, [D] each, if there is a network. */
  readonly features: FeaturePair | null;
  /** Distances to the nearest training picture, if there are training pairs. */
  readonly training: TrainingDistances | null;
}

export interface FeaturePair {
  readonly picture: Float32Array;
  readonly truth: Float32Array;
}

export interface TrainingDistances {
  readonly picture: number;
  readonly truth: number;
}

/** A contestant's scores, as plain data. */
export interface Entry {
  readonly name: string;
  readonly kind: Contestant['kind'];
  readonly about: string;
  /** Over all pictures, with intervals; null if a score is defined for none of them. */
  readonly summary: Readonly<Partial<Record<ScoreName, Estimate | null>>>;
  readonly pictures: readonly PictureEntry[];
  /** If there is a reader: each class's share of correctly read pixels, null if the class does not occur. */
  readonly classes: readonly (number | null)[] | null;
}

export interface PictureEntry {
  readonly name: string;
  readonly values: Readonly<Partial<Record<ScoreName, number | null>>>;
}

/** Measures a picture against the truth, both converted for display. */
export function measurePicture(picture: Image, truth: Image): PictureScores['values'] {
  return Object.fromEntries(metricNames.map(metric => [metric, metrics[metric].measure(picture, truth)]));
}

/** Summarises the scores of a contestant's pictures. Equal seeds give equal intervals. */
export function summarize(
  { name, kind, about }: Pick<Contestant, 'name' | 'kind' | 'about'>,
  pictures: readonly PictureScores[],
  names: readonly ScoreName[],
  seed: number,
): Entry {
  const confusions = pictures.flatMap(({ confusion }) => confusion ?? []);
  const features = pictures.flatMap(({ features }) => features ?? []);
  const distances = pictures.flatMap(({ training }) => training ?? []);
  const summary = names.map(score => {
    // One stream per score, the same for all contestants, so that equal values get equal intervals.
    const random = Random.fromSeed(seed).split(`bootstrap ${score}`);
    if (isSegmentation(score)) {
      const { of } = segmentationScores[score];
      return [score, estimate(confusions, sample => of(sumConfusions(sample)), random)] as const;
    }
    if (score === 'trainingDistance') return [score, estimate(distances, relativeDistance, random)] as const;
    if (isFeatureScore(score)) return [score, featureScores[score](features, random)] as const;
    const values = pictures.flatMap(({ values }) => values[score] ?? []);
    return [score, estimateMean(values, random)] as const;
  });
  return {
    name,
    kind,
    about,
    summary: Object.fromEntries(summary),
    pictures: pictures.map(picture => plain(picture, meanOf(distances.map(({ truth }) => truth)))),
    classes: confusions.length === 0 ? null : classShares(confusions),
  };
}

const featureScores: Readonly<
  Record<FeatureScore, (pairs: readonly FeaturePair[], random: Random) => Estimate | null>
> = {
  fid: pairs => {
    const [own, wanted] = [
      gaussianOf(pairs.map(({ picture }) => picture)),
      gaussianOf(pairs.map(({ truth }) => truth)),
    ];
    return own && wanted && { mean: frechetDistance(own, wanted), interval: null, count: pairs.length };
  },
  kid: (pairs, random) =>
    kernelDistance(
      pairs.map(({ picture }) => picture),
      pairs.map(({ truth }) => truth),
      random,
    ),
};

function isSegmentation(name: ScoreName): name is keyof typeof segmentationScores {
  return name in segmentationScores;
}

function isFeatureScore(name: ScoreName): name is FeatureScore {
  return name in featureScores;
}

/** Mean distance of the pictures over that of the truths; null if all truths are training pictures. */
function relativeDistance(pairs: readonly TrainingDistances[]): number | null {
  const wanted = meanOf(pairs.map(({ truth }) => truth));
  return wanted === 0 ? null : meanOf(pairs.map(({ picture }) => picture)) / wanted;
}

/** @param wanted mean distance of the truths to the nearest training picture. */
function plain({ name, values, confusion, training }: PictureScores, wanted: number): PictureEntry {
  const read = confusion && segmentationNames.map(score => [score, segmentationScores[score].of(confusion)]);
  const trainingDistance = training && (wanted === 0 ? null : training.picture / wanted);
  return {
    name,
    values: { ...values, ...(training && { trainingDistance }), ...(read && Object.fromEntries(read)) },
  };
}

function classShares(confusions: readonly Confusion[]): (number | null)[] {
  const { classes, counts } = sumConfusions(confusions);
  return Array.from({ length: classes }, (_, k) => {
    const row = counts.subarray(k * classes, (k + 1) * classes);
    const occurring = row.reduce((sum, count) => sum + count, 0);
    return occurring === 0 ? null : row[k]! / occurring;
  });
}

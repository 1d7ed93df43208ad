import type { Image, Samples } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { areaResize } from '../data/area-resize.ts';
import type { ImagePair } from '../data/pair.ts';
import { shownImage } from '../data/picture.ts';
import { type Estimate, estimateMean } from '../metrics/bootstrap.ts';
import { type MetricName, metricNames, metrics } from '../metrics/index.ts';
import type { Contestant } from './contestant.ts';

/** One picture's values; null where a measure is not defined for it. */
export interface PictureScores {
  /** The pair's name. */
  readonly name: string;
  readonly values: Readonly<Record<MetricName, number | null>>;
}

/** What a contestant's pictures are worth. */
export interface Entry {
  readonly name: string;
  readonly kind: Contestant['kind'];
  readonly about: string;
  /** Mean and interval over the pictures; null where a measure is defined for none of them. */
  readonly summary: Readonly<Record<MetricName, Estimate | null>>;
  readonly pictures: readonly PictureScores[];
}

/** Scores one picture against its pair's target, resized to the target's size, both as people look at them. */
export function scorePicture(prediction: Image<Samples>, { name, target }: ImagePair): PictureScores {
  const image = areaResize(shownImage(prediction), target.width, target.height);
  const truth = shownImage(target);
  return { name, values: mapNames(metric => metrics[metric].measure(image, truth)) };
}

/** Sums up what a contestant's pictures scored. Equal seeds give equal intervals. */
export function summarize(
  { name, kind, about }: Pick<Contestant, 'name' | 'kind' | 'about'>,
  pictures: readonly PictureScores[],
  seed: number,
): Entry {
  const summary = mapNames(metric => {
    const values = pictures.map(({ values }) => values[metric]).filter(value => value !== null);
    // One stream for all contestants, so that equal values get equal intervals.
    return estimateMean(values, Random.fromSeed(seed).split(`bootstrap ${metric}`));
  });
  return { name, kind, about, summary, pictures };
}

function mapNames<Value>(of: (metric: MetricName) => Value): Record<MetricName, Value> {
  return Object.fromEntries(metricNames.map(metric => [metric, of(metric)])) as Record<MetricName, Value>;
}

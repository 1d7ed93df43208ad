import { type SegmentationScore, segmentationScores } from '../metrics/confusion.ts';
import { type Metric, type MetricName, metricNames, metrics } from '../metrics/index.ts';

/** Everything that pictures can be scored by, by name. */
export type ScoreName = MetricName | SegmentationScore;

/** How a score is shown and explained. */
export type Score = Pick<Metric, 'title' | 'better' | 'digits' | 'protocol'>;

export const segmentationNames = Object.keys(segmentationScores) as SegmentationScore[];

const read = { better: 'higher', digits: 3 } as const;

export const scores: Readonly<Record<ScoreName, Score>> = {
  ...metrics,
  pixelAccuracy: { ...read, ...segmentationScores.pixelAccuracy },
  classAccuracy: { ...read, ...segmentationScores.classAccuracy },
  classIou: { ...read, ...segmentationScores.classIou },
};

/** In the order of tables. */
export function scoreNames(withReader: boolean): ScoreName[] {
  return withReader ? [...metricNames, ...segmentationNames] : metricNames;
}

import { type SegmentationScore, segmentationScores } from '../metrics/confusion.ts';
import { type Metric, type MetricName, metricNames, metrics } from '../metrics/index.ts';
import type { FeatureNetworkAbout } from './features/feature-network.ts';

/** Scores of single pictures; LPIPS needs a network with layers. */
export type PictureScore = MetricName | 'lpips';

/** Scores of all pictures together, by a network's features. */
export type FeatureScore = 'fid' | 'kid';

/** Names of all scores. */
export type ScoreName = PictureScore | FeatureScore | SegmentationScore | 'trainingDistance';

/** A score's presentation and explanation. */
export type Score = Pick<Metric, 'title' | 'better' | 'digits' | 'protocol'>;

export const segmentationNames = Object.keys(segmentationScores) as SegmentationScore[];

const read = { better: 'higher', digits: 3 } as const;

export const scores: Readonly<Record<ScoreName, Score>> = {
  ...metrics,
  trainingDistance: {
    title: 'Train distance',
    better: 'nearer 1',
    digits: 3,
    protocol:
      'root mean square difference of RGB to the most similar training target, both at 24×24 pixels, divided by the same value of the scored targets; near 0: copies of training images',
  },
  lpips: {
    title: 'LPIPS',
    better: 'lower',
    digits: 4,
    protocol:
      'Zhang et al. 2018: squared difference of a pixel’s features, scaled to length 1, mean over pixels, sum over layers',
  },
  fid: {
    title: 'FID',
    better: 'lower',
    digits: 2,
    protocol:
      'Heusel et al. 2017: squared Fréchet distance between Gaussians of all images’ and all targets’ features; no interval, as resampling raises it',
  },
  kid: {
    title: 'KID',
    better: 'lower',
    digits: 4,
    protocol:
      'Bińkowski et al. 2018: squared maximum mean discrepancy of features under (x·y / D + 1)³, unbiased (may be below 0), an image’s own target left out of its cross terms; interval of 1,000 random halves',
  },
  pixelAccuracy: { ...read, ...segmentationScores.pixelAccuracy },
  classAccuracy: { ...read, ...segmentationScores.classAccuracy },
  classIou: { ...read, ...segmentationScores.classIou },
};

/** What scores other than those of a picture and its truth need; null if it is not available. */
export interface ScoreSources {
  readonly reader: object | null;
  readonly training: object | null;
  readonly network: Pick<FeatureNetworkAbout, 'features' | 'layers'> | null;
}

/** The available scores, in the order of tables. */
export function scoreNames({ reader, training, network }: ScoreSources): ScoreName[] {
  return [
    ...metricNames,
    ...(training ? (['trainingDistance'] as const) : []),
    ...((network?.layers.length ?? 0) > 0 ? (['lpips'] as const) : []),
    ...(network?.features ? (['fid', 'kid'] as const) : []),
    ...(reader ? segmentationNames : []),
  ];
}

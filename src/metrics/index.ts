import type { Image } from '../core/image.ts';
import { meanAbsoluteDifference, peakSignalToNoise } from './errors.ts';
import { histogramDistance } from './histogram-distance.ts';
import { multiScaleSimilarity } from './ms-ssim.ts';
import { relativeSharpness } from './sharpness.ts';
import { structuralSimilarity } from './ssim.ts';

/** How near a picture is to its truth, by one measure. */
export interface Metric {
  readonly title: string;
  /** What a good value is: small, large, or near 1. */
  readonly better: 'lower' | 'higher' | 'nearer 1';
  /** Digits after the point that mean something. */
  readonly digits: number;
  /** How it is computed, in one line for the report. */
  readonly protocol: string;
  /** Null where it is not defined for these pictures. Throws UserError where their sizes differ. */
  measure(image: Image, truth: Image): number | null;
}

/** The measures that need nothing but a picture and its truth. */
export const metrics = {
  l1: {
    title: 'L1',
    better: 'lower',
    digits: 4,
    protocol: 'mean |difference| over pixels and RGB channels, on [−1, 1]',
    measure: meanAbsoluteDifference,
  },
  psnr: {
    title: 'PSNR',
    better: 'higher',
    digits: 2,
    protocol:
      '10 log₁₀(255² / mean squared difference) in dB, over pixels and RGB channels of 8 bits; at most 100',
    measure: peakSignalToNoise,
  },
  ssim: {
    title: 'SSIM',
    better: 'higher',
    digits: 4,
    protocol:
      'Wang et al. 2004: Gaussian window 11×11, σ 1.5, inside the picture, mean over RGB channels of 8 bits',
    measure: structuralSimilarity,
  },
  msSsim: {
    title: 'MS-SSIM',
    better: 'higher',
    digits: 4,
    protocol:
      'Wang et al. 2003: SSIM’s window at up to five scales, as many as it fits (four from 88, five from 176 pixels), mean over RGB channels',
    measure: multiScaleSimilarity,
  },
  sharpness: {
    title: 'Sharpness',
    better: 'nearer 1',
    digits: 3,
    protocol: 'mean squared difference of neighbouring pixels’ brightness (BT.601), divided by the truth’s',
    measure: relativeSharpness,
  },
  colours: {
    title: 'Colours',
    better: 'lower',
    digits: 2,
    protocol:
      'earth mover’s distance between the histograms of a channel, mean over RGB, in levels of 8 bits',
    measure: histogramDistance,
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as MetricName[];

/** The measures by which models can be ranked: the smaller, or the larger, the better. */
type RankingName = {
  [Name in MetricName]: (typeof metrics)[Name]['better'] extends 'nearer 1' ? never : Name;
}[MetricName];

export const rankingNames = metricNames.filter(
  (name): name is RankingName => metrics[name].better !== 'nearer 1',
);

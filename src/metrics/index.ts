import type { Image } from '../core/image.ts';
import { meanAbsoluteDifference, peakSignalToNoise } from './errors.ts';
import { histogramDistance } from './histogram-distance.ts';
import { multiScaleSimilarity } from './ms-ssim.ts';
import { nyquistError } from './nyquist.ts';
import { relativeSharpness, sharpnessError } from './sharpness.ts';
import { structuralSimilarity } from './ssim.ts';

/** A measure of how close a picture is to its ground truth. */
export interface Metric {
  readonly title: string;
  /** Whether small values, large values or values near 1 are good. */
  readonly better: 'lower' | 'higher' | 'nearer 1';
  /** Significant digits after the decimal point. */
  readonly digits: number;
  /** How it is computed: one line for the report. */
  readonly protocol: string;
  /** Null if it is not defined for these pictures. Throws UserError if their sizes differ. */
  measure(image: Image, truth: Image): number | null;
}

/** The measures that need only a picture and its ground truth. */
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
      'Wang et al. 2004: Gaussian window 11×11, σ 1.5, inside the image, mean over RGB channels of 8 bits',
    measure: structuralSimilarity,
  },
  msSsim: {
    title: 'MS-SSIM',
    better: 'higher',
    digits: 4,
    protocol:
      'Wang et al. 2003: SSIM’s window at as many scales as fit, up to five (four from 88, five from 176 pixels), mean over RGB channels',
    measure: multiScaleSimilarity,
  },
  sharpness: {
    title: 'Sharpness',
    better: 'nearer 1',
    digits: 3,
    protocol:
      'mean squared difference of brightness (BT.601) between neighbouring pixels, divided by the same value of the ground truth',
    measure: relativeSharpness,
  },
  sharpnessError: {
    title: '|log sharpness|',
    better: 'lower',
    digits: 3,
    protocol: '|ln(sharpness)|: half and twice the ground truth’s sharpness count the same',
    measure: sharpnessError,
  },
  nyquistError: {
    title: '|log Nyquist|',
    better: 'lower',
    digits: 3,
    protocol:
      '|ln(energy / energy of the ground truth)|, energy of brightness patterns that alternate from pixel to pixel, in windows of 16×16; high for grid artefacts',
    measure: nyquistError,
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

import type { Entry } from '../score-pairs.ts';
import type { Finding } from './finding.ts';
import type { Signs } from './signs.ts';

// Thresholds beyond which faults are visible; calibrated on pictures with and without them, see
// diagnose-pictures.test.ts.
const LEAST_VARIETY = 0.35;
const MOST_CAST = 12;
const NYQUIST_FACTOR = 4;
const NYQUIST_LEVELS = 0.5;
const LEAST_SHARPNESS = 0.25;

/** Finds what is wrong with a model's pictures, alone and compared with the baselines'. */
export function diagnosePictures(
  { name, summary }: Entry,
  signs: Signs,
  baselines: readonly Entry[],
): Finding[] {
  const found: (Omit<Finding, 'entry'> | false)[] = [
    nonFinite(signs),
    collapse(signs),
    checkerboard(signs),
    colorCast(signs),
    blur(summary.sharpness?.mean),
    beaten(summary, baselines),
  ];
  return found.filter(finding => finding !== false).map(finding => ({ entry: name, ...finding }));
}

function nonFinite({ pictures, broken }: Signs): Omit<Finding, 'entry'> | false {
  if (broken === 0) return false;
  return {
    kind: 'non-finite',
    text: `${broken} of ${pictures + broken} images hold values that are not finite, although the weights are; they have no scores`,
    advice:
      'Train again with a lower --learning-rate or with --clip-norm 1, or evaluate an earlier checkpoint',
  };
}

/** A single picture has no variety. */
function collapse({ pictures, variety }: Signs): Omit<Finding, 'entry'> | false {
  if (pictures < 3 || variety === null || variety > LEAST_VARIETY) return false;
  return {
    kind: 'mode collapse',
    text: `the images are nearly the same for every input: their standard deviation across inputs is ${percent(variety)} of the targets’`,
    advice:
      'Check that --direction is right, raise --l1, lower --discriminator-learning-rate, or train longer',
  };
}

function checkerboard({ nyquist, truthNyquist }: Signs): Omit<Finding, 'entry'> | false {
  if (nyquist < NYQUIST_LEVELS ** 2 || nyquist < NYQUIST_FACTOR * truthNyquist) return false;
  const times =
    truthNyquist === 0
      ? 'and the targets have none'
      : `${(nyquist / truthNyquist).toFixed(1)} times the targets’`;
  return {
    kind: 'checkerboard',
    text: `a pattern alternates from pixel to pixel: energy ${nyquist.toFixed(2)} at the Nyquist frequency (for values from 0 to 255), ${times}`,
    advice: 'Train with --upsampling resize, add --total-variation, or train longer',
  };
}

function colorCast({ cast }: Signs): Omit<Finding, 'entry'> | false {
  const largest = Math.max(...cast.map(Math.abs));
  if (largest < MOST_CAST) return false;
  const shown = ['red', 'green', 'blue'].map(
    (color, c) => `${color} ${cast[c]! < 0 ? '' : '+'}${cast[c]!.toFixed(0)}`,
  );
  return {
    kind: 'colour cast',
    text: `all images differ from the targets in mean colour, on a scale of 0 to 255: ${shown.join(', ')}`,
    advice: 'Train longer, raise --l1, or check that test and training pairs are of the same kind',
  };
}

function blur(sharpness: number | undefined): Omit<Finding, 'entry'> | false {
  if (sharpness === undefined || sharpness >= LEAST_SHARPNESS) return false;
  return {
    kind: 'blur',
    text: `the images have ${percent(sharpness)} of the targets’ gradient energy`,
    advice: 'Give the adversarial term more weight (--gan, or a smaller --l1), or train longer',
  };
}

/** Compares by L1, which favours blur, and by structure. */
function beaten(summary: Entry['summary'], baselines: readonly Entry[]): Omit<Finding, 'entry'> | false {
  if (!summary.l1) return false;
  const [l1, ssim] = [summary.l1.mean, summary.ssim?.mean ?? 1];
  const better = baselines.find(
    ({ summary: theirs }) => (theirs.l1?.mean ?? 2) <= l1 && (theirs.ssim?.mean ?? -1) >= ssim,
  );
  if (!better) return false;
  return {
    kind: 'no better than a baseline',
    text: `baseline “${better.name}” has an L1 of ${better.summary.l1!.mean.toFixed(3)}, the model ${l1.toFixed(3)}`,
    advice: 'Train longer, or check the data with “pix2pix inspect”',
  };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

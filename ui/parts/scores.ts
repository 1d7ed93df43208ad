import type { Image } from '../../src/core/image.ts';
import { metrics } from '../../src/metrics/index.ts';

export const measured = ['l1', 'psnr', 'ssim'] as const;
export type Measured = (typeof measured)[number];

/** How similar a picture is to its target. */
export type Scores = Readonly<Record<Measured, number>>;

export function scoresOf(image: Image, target: Image): Scores {
  const scores = measured.map(name => [name, metrics[name].measure(image, target) ?? Number.NaN]);
  return Object.fromEntries(scores) as Scores;
}

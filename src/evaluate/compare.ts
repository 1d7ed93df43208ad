import { Random } from '../core/random.ts';
import { type PairedDifference, pairedTest } from '../metrics/paired-test.ts';
import type { Entry } from './score-pairs.ts';
import { type ScoreName, scores } from './scores.ts';

/** The difference between two models in one score, paired by picture. */
export interface Comparison extends PairedDifference {
  readonly first: string;
  readonly second: string;
  readonly score: ScoreName;
  /** The better model, if the difference is significant at 5 %; otherwise null. */
  readonly better: string | null;
}

const CHANCE = 0.05;

/** Compares every two models by every score. */
export function compareModels(
  entries: readonly Entry[],
  names: readonly ScoreName[],
  seed: number,
): Comparison[] {
  const models = entries.filter(({ kind }) => kind === 'model' || kind === 'pictures');
  return models.flatMap((first, i) =>
    models.slice(i + 1).flatMap(second => names.flatMap(score => compare(first, second, score, seed) ?? [])),
  );
}

/** `0.013`, `< 0.001` */
export function formatPValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** With `digits` decimals, and no sign before a zero. */
export function showNumber(value: number, digits: number): string {
  const shown = value.toFixed(digits);
  return Number(shown) === 0 ? shown.replace('-', '') : shown;
}

function compare(first: Entry, second: Entry, score: ScoreName, seed: number): Comparison | null {
  const [a, b] = [valuesOf(first, score), valuesOf(second, score)];
  const result = pairedTest(a, b, Random.fromSeed(seed).split(`compare ${score}`));
  return (
    result && {
      first: first.name,
      second: second.name,
      score,
      ...result,
      better: betterOf(first, second, score, result),
    }
  );
}

function betterOf(
  first: Entry,
  second: Entry,
  score: ScoreName,
  { difference, p }: PairedDifference,
): string | null {
  if (p > CHANCE) return null;
  const [a, b] = [first, second].map(({ summary }) => summary[score]?.mean ?? Number.NaN) as [number, number];
  const secondWins = {
    lower: difference.mean < 0,
    higher: difference.mean > 0,
    'nearer 1': Math.abs(b - 1) < Math.abs(a - 1),
  }[scores[score].better];
  return secondWins ? second.name : first.name;
}

function valuesOf({ pictures }: Entry, score: ScoreName): (number | null)[] {
  return pictures.map(({ values }) => values[score] ?? null);
}

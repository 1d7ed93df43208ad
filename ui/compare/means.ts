import { metrics } from '../../src/metrics/index.ts';
import { type Measured, measured, type Scores } from '../parts/scores.ts';
import type { Input } from './inputs.ts';
import type { Cell } from './use-comparison.ts';

export function meansOf(column: readonly Cell[]): Scores | null {
  const all = column.flatMap(({ scores }) => scores ?? []);
  if (all.length === 0) return null;
  const mean = (name: Measured) => all.reduce((sum, scores) => sum + scores[name], 0) / all.length;
  return { l1: mean('l1'), psnr: mean('psnr'), ssim: mean('ssim') };
}

/** Whether a column has the best mean of several. */
export function isBest(means: readonly (Scores | null)[], column: number, name: Measured): boolean {
  const values = means.map(scores => scores?.[name] ?? Number.NaN).filter(Number.isFinite);
  const best = metrics[name].better === 'lower' ? Math.min(...values) : Math.max(...values);
  return values.length > 1 && means[column]?.[name] === best;
}

/** Every score as a line of CSV: input, model, measures. */
export function scoresAsCsv(
  inputs: readonly Input[],
  columns: readonly (readonly Cell[])[],
  names: readonly string[],
): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = inputs.flatMap((input, row) =>
    columns.map((column, i) => {
      const scores = measured.map(name => column[row]?.scores?.[name] ?? '');
      return [quote(input.name), quote(names[i]!), ...scores].join();
    }),
  );
  return [['input', 'model', ...measured].join(), ...lines, ''].join('\n');
}

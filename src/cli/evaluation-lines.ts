import type { Evaluation } from '../evaluate/evaluate.ts';
import type { Entry } from '../evaluate/score-pairs.ts';
import type { Estimate } from '../metrics/bootstrap.ts';
import { type MetricName, metricNames, metrics } from '../metrics/index.ts';

/** An evaluation as a table with its protocol, for people. */
export function evaluationLines({ pairs, direction, size, protocol, entries }: Evaluation): string[] {
  const [from, to] = direction === 'AtoB' ? ['A', 'B'] : ['B', 'A'];
  return [
    `${pairs}; ${from} → ${to}, compared at ${size.join('×')}`,
    '',
    ...tableLines([['', ...metricNames.map(titleOf)], ...entries.map(row)]),
    '',
    ...entries.map(({ name, about }) => `${name}: ${about}`),
    ...metricNames.map(name => `${metrics[name].title}: ${protocol[name]}`),
    'Mean over the pictures, and its 95 % interval by bootstrap',
  ];
}

function titleOf(name: MetricName): string {
  const { title, better } = metrics[name];
  return `${title} ${{ lower: '↓', higher: '↑', 'nearer 1': '→ 1' }[better]}`;
}

function row({ name, summary }: Entry): string[] {
  return [name, ...metricNames.map(metric => showEstimate(summary[metric], metrics[metric].digits))];
}

/** `0.353 (0.347–0.360)` */
function showEstimate(estimate: Estimate | null, digits: number): string {
  if (!estimate) return 'none';
  const mean = estimate.mean.toFixed(digits);
  if (!estimate.interval) return mean;
  const [low, high] = estimate.interval.map(value => value.toFixed(digits));
  return `${mean} (${low}–${high})`;
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('   ')
      .trimEnd(),
  );
}

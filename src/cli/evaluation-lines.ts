import { type Comparison, formatPValue, showNumber } from '../evaluate/compare.ts';
import type { Finding } from '../evaluate/diagnosis/finding.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import { describeNetwork } from '../evaluate/features/describe-network.ts';
import type { Entry } from '../evaluate/score-pairs.ts';
import { type ScoreName, scores } from '../evaluate/scores.ts';
import type { Estimate } from '../metrics/bootstrap.ts';

/**
 * An evaluation as a table with its protocol, for people: a row for each model, or for each score where `width`
 * characters are too few for that.
 */
export function evaluationLines(evaluation: Evaluation, width: number = Number.POSITIVE_INFINITY): string[] {
  const { pairs, direction, size, protocol, entries, comparisons, notes, findings, features } = evaluation;
  const [from, to] = direction === 'AtoB' ? ['A', 'B'] : ['B', 'A'];
  const names = evaluation.scores;
  return [
    `${pairs}; ${from} → ${to}, compared at ${size.join('×')}`,
    '',
    ...tableWithin(width, [['', ...names.map(titleOf)], ...entries.map(entry => row(entry, names))]),
    '',
    ...comparisonLines(comparisons),
    ...findingLines(findings),
    ...(notes.length === 0 ? [] : [...notes, '']),
    ...entries.map(({ name, about }) => `${name}: ${about}`),
    ...names.map(name => `${scores[name].title}: ${protocol[name]}`),
    ...(features ? [`Feature network: ${describeNetwork(features)}`] : []),
    'Values are means over the images, with 95 % bootstrap intervals',
  ];
}

function titleOf(name: ScoreName): string {
  const { title, better } = scores[name];
  return `${title} ${{ lower: '↓', higher: '↑', 'nearer 1': '→ 1' }[better]}`;
}

function row({ name, summary }: Entry, names: readonly ScoreName[]): string[] {
  return [name, ...names.map(score => showEstimate(summary[score] ?? null, scores[score].digits))];
}

/** `0.353 (0.347–0.360)` */
function showEstimate(estimate: Estimate | null, digits: number): string {
  if (!estimate) return 'none';
  const mean = showNumber(estimate.mean, digits);
  if (!estimate.interval) return mean;
  const [low, high] = estimate.interval.map(value => showNumber(value, digits));
  return `${mean} (${low}–${high})`;
}

/** `runs/b against runs/a: L1 −0.0286 (−0.0312–−0.0259), p 0.0001` */
function comparisonLines(comparisons: readonly Comparison[]): string[] {
  const lines = comparisons.map(({ first, second, score, difference, p, better }) => {
    const { title, digits } = scores[score];
    const verdict = better === null ? 'the difference is not significant' : `${better} is better`;
    return `${second} against ${first}: ${title} ${showEstimate(difference, digits)}, p ${formatPValue(p)}: ${verdict}`;
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

function findingLines(findings: readonly Finding[]): string[] {
  const lines = findings.map(({ entry, kind, text, advice }) => `${entry}: ${kind}: ${text}. ${advice}`);
  return lines.length === 0 ? [] : [...lines, ''];
}

/** The table, with rows and columns exchanged if it is wider than `width`. */
function tableWithin(width: number, rows: readonly (readonly string[])[]): string[] {
  const lines = tableLines(rows);
  if (lines.every(line => line.length <= width)) return lines;
  return tableLines(rows[0]!.map((_, column) => rows.map(row => row[column]!)));
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

import type { Entry } from '../score-pairs.ts';
import { type ScoreName, scores } from '../scores.ts';
import { escapeHtml } from './markup.ts';

const WIDTH = 420;
const ROW = 34;
/** Most dots per row; more would merge into a bar and make the page large. */
export const MOST_DOTS = 300;
const MARGIN = { left: 8, right: 12, top: 6, bottom: 22 };

/**
 * An SVG with one row per entry: each picture's value as a dot, the mean and its interval. Empty if there are no
 * values.
 */
export function distributionPlot(entries: readonly Entry[], score: ScoreName): string {
  const rows = entries.flatMap(({ name, pictures, summary }) => {
    const values = pictures.flatMap(({ values }) => values[score] ?? []);
    return values.length === 0 ? [] : [{ name, values, estimate: summary[score] }];
  });
  if (rows.length === 0) return '';
  const ticks = ticksOver(rows.flatMap(({ values }) => values));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const x = (value: number) =>
    round(MARGIN.left + ((value - low) / (high - low)) * (WIDTH - MARGIN.left - MARGIN.right));
  const height = MARGIN.top + rows.length * ROW + MARGIN.bottom;
  const drawn = rows.map(({ name, values, estimate }, i) => {
    const y = MARGIN.top + i * ROW + 22;
    const dots = thinned(values).map(
      (value, k) => `<circle class="dot" cx="${x(value)}" cy="${y + scatter(k)}" r="2.4"/>`,
    );
    const bar = estimate?.interval
      ? `<line class="mean" x1="${x(estimate.interval[0])}" x2="${x(estimate.interval[1])}" y1="${y}" y2="${y}"/>`
      : '';
    const mean = estimate
      ? `<line class="mean" x1="${x(estimate.mean)}" x2="${x(estimate.mean)}" y1="${y - 6}" y2="${y + 6}"/>`
      : '';
    return `<text x="${MARGIN.left}" y="${y - 11}">${escapeHtml(name)}</text>${dots.join('')}${bar}${mean}`;
  });
  const bottom = height - MARGIN.bottom + 4;
  const axis = ticks.map((tick, i) => {
    const anchor = i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle';
    return `<line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="${MARGIN.top}" y2="${bottom}"/><text x="${x(tick)}" y="${height - 4}" text-anchor="${anchor}">${label(tick)}</text>`;
  });
  const { title } = scores[score];
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)} of each image">${axis.join('')}${drawn.join('')}</svg></figure>`;
}

/** Up to six round numbers from below the least to above the largest value. */
function ticksOver(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || Math.abs(most) || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find(factor => factor * power >= rough) ?? 10);
  const [first, last] = [
    Math.floor(least / step),
    Math.max(Math.ceil(most / step), Math.floor(least / step) + 1),
  ];
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= MOST_DOTS) return values;
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from(
    { length: MOST_DOTS },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (MOST_DOTS - 1))]!,
  );
}

/** Vertical jitter of dots by multiples of the golden ratio, so that equal values don't overlap. */
function scatter(index: number): number {
  return round((((index * 0.618034) % 1) - 0.5) * 10);
}

function label(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

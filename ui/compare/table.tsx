import { metrics } from '../../src/metrics/index.ts';
import { Icon } from '../parts/icon.tsx';
import { Picture } from '../parts/picture.tsx';
import { saveFile } from '../parts/pixels.ts';
import { type Measured, measured, type Scores } from '../parts/scores.ts';
import type { Input } from './inputs.ts';
import type { Cell, Column } from './use-comparison.ts';

interface Props {
  readonly inputs: readonly Input[];
  /** One column per model; may still be incomplete. */
  readonly columns: readonly Column[];
  readonly names: readonly string[];
}

/** Inputs in rows, models in columns, targets last; mean scores above. */
export function ComparisonTable({ inputs, columns, names }: Props) {
  const hasTargets = inputs.every(({ target }) => target !== null);
  const complete = columns.every(({ cells, error }) => cells.length === inputs.length || error !== null);
  const save = () =>
    saveFile(new Blob([scoresAsCsv(inputs, columns, names)], { type: 'text/csv' }), 'comparison.csv');
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls if the window is narrow */}
      <section class="comparison-scroll" tabIndex={0} aria-label="Comparison" aria-busy={!complete}>
        <table class="comparison">
          <thead>
            <tr>
              <th scope="col">Input</th>
              {names.map(name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {hasTargets && <th scope="col">Target</th>}
            </tr>
            {hasTargets && (
              <Means columns={columns} names={names} count={inputs.length} complete={complete} />
            )}
          </thead>
          <tbody>
            {inputs.map((input, row) => (
              <tr key={input.name}>
                <td>
                  <Picture image={input.condition} label={`Input ${input.name}`} />
                  <span class="small muted">{input.name}</span>
                </td>
                {names.map((name, i) => (
                  <td key={name}>
                    <ResultCell column={columns[i]} row={row} label={`${input.name} by ${name}`} />
                  </td>
                ))}
                {input.target && (
                  <td>
                    <Picture image={input.target} label={`Target of ${input.name}`} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {hasTargets && (
        <div class="row">
          <button type="button" class="button" disabled={!complete} onClick={save}>
            <Icon name="download" />
            Download scores
          </button>
        </div>
      )}
    </>
  );
}

interface MeansProps {
  readonly columns: Props['columns'];
  readonly names: readonly string[];
  readonly count: number;
  /** Whether all columns are, so that the best is known. */
  readonly complete: boolean;
}

function Means({ columns, names, count, complete }: MeansProps) {
  const means = columns.map(({ cells }) => (cells.length === count ? meansOf(cells) : null));
  return (
    <tr>
      <th scope="row" class="muted">
        mean of {count}
      </th>
      {names.map((name, i) => (
        <td key={name}>
          <ScoreList scores={means[i] ?? null} best={measure => complete && isBest(means, i, measure)} />
        </td>
      ))}
      <td />
    </tr>
  );
}

interface ResultCellProps {
  readonly column: Column | undefined;
  readonly row: number;
  readonly label: string;
}

function ResultCell({ column, row, label }: ResultCellProps) {
  const cell = column?.cells[row];
  if (!cell) return <span class="muted">{column?.error ? '–' : '…'}</span>;
  return (
    <>
      <Picture image={cell.image} label={label} />
      <ScoreList scores={cell.scores} best={() => false} />
    </>
  );
}

interface ScoreListProps {
  readonly scores: Scores | null;
  readonly best: (name: Measured) => boolean;
}

function ScoreList({ scores, best }: ScoreListProps) {
  if (!scores) return null;
  return (
    <dl class="scores small">
      {measured.map(name => (
        <div key={name} class={best(name) ? 'best' : ''}>
          <dt>{metrics[name].title}</dt>
          <dd data-metric={name}>{scores[name].toFixed(metrics[name].digits)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function meansOf(cells: readonly Cell[]): Scores | null {
  const all = cells.flatMap(({ scores }) => scores ?? []);
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

/** The scores as CSV, one line per input and model. */
function scoresAsCsv(inputs: readonly Input[], columns: readonly Column[], names: readonly string[]): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = inputs.flatMap((input, row) =>
    columns.map(({ cells }, i) => {
      const scores = measured.map(name => cells[row]?.scores?.[name] ?? '');
      return [quote(input.name), quote(names[i]!), ...scores].join();
    }),
  );
  return [['input', 'model', ...measured].join(), ...lines, ''].join('\n');
}

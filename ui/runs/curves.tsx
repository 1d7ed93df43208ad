import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { useThemeChanges } from '../app/theme.tsx';
import { formatCount, formatNumber } from '../parts/format.ts';
import { type Columns, smooth } from './run-log.ts';

interface Curve {
  readonly column: Exclude<keyof Columns, 'step'>;
  readonly title: string;
  /** The name of a CSS custom property. */
  readonly color: string;
}

const losses: readonly Curve[] = [
  { column: 'generator', title: 'Generator', color: '--accent' },
  { column: 'discriminator', title: 'Discriminator', color: '--warm' },
  { column: 'l1', title: 'L1', color: '--good' },
];

const speed: readonly Curve[] = [
  { column: 'imagesPerSecond', title: 'Images per second', color: '--accent' },
];

/** Losses and speed over the steps; the last or the hovered values above. */
export function Curves({ columns, points }: { readonly columns: Columns; readonly points: number }) {
  const [kind, setKind] = useState<'losses' | 'speed'>('losses');
  const [log, setLog] = useState(true);
  const [strength, setStrength] = useState(0.9);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [hovered, setHovered] = useState<number | null>(null);
  const curves = (kind === 'losses' ? losses : speed).filter(
    ({ column }) => column !== 'l1' || columns.l1.some(value => value !== 0),
  );
  const shown = curves.filter(({ column }) => !hidden.includes(column));
  const smoothed = useMemo(
    () => Object.fromEntries(curves.map(({ column }) => [column, smooth(columns[column], strength)])),
    [columns, points, strength, kind],
  );
  const at = hovered ?? columns.step.length - 1;
  return (
    <section class="panel curves" aria-labelledby="curves-title">
      <div class="panel-head">
        <h2 id="curves-title" class="visually-hidden">
          Curves
        </h2>
        <fieldset class="segments" aria-label="What to plot">
          <button
            type="button"
            class="button"
            aria-pressed={kind === 'losses'}
            onClick={() => setKind('losses')}
          >
            Losses
          </button>
          <button
            type="button"
            class="button"
            aria-pressed={kind === 'speed'}
            onClick={() => setKind('speed')}
          >
            Speed
          </button>
        </fieldset>
        <div class="row curve-controls">
          <label class="check small">
            <input type="checkbox" checked={log} onChange={event => setLog(event.currentTarget.checked)} />
            Logarithmic
          </label>
          <label class="row small smoothing">
            Smoothing
            <input
              type="range"
              min={0}
              max={0.99}
              step={0.01}
              value={strength}
              onInput={event => setStrength(Number(event.currentTarget.value))}
            />
          </label>
        </div>
      </div>
      <div class="legend">
        {curves.map(({ column, title, color }) => (
          <button
            key={column}
            type="button"
            class="legend-entry"
            aria-pressed={!hidden.includes(column)}
            onClick={() =>
              setHidden(all =>
                all.includes(column) ? all.filter(each => each !== column) : [...all, column],
              )
            }
          >
            <span class="legend-line" style={{ background: `var(${color})` }} />
            {title} <strong data-curve={column}>{formatNumber(smoothed[column]?.[at] ?? Number.NaN)}</strong>
          </button>
        ))}
        <span class="small muted">
          step <span data-testid="curve-step">{formatCount(columns.step[at] ?? 0)}</span>
        </span>
      </div>
      <Plot
        columns={columns}
        points={points}
        smoothed={smoothed}
        curves={shown}
        log={log}
        onHover={setHovered}
      />
    </section>
  );
}

interface PlotProps {
  readonly columns: Columns;
  readonly points: number;
  readonly smoothed: Readonly<Record<string, readonly number[]>>;
  readonly curves: readonly Curve[];
  readonly log: boolean;
  readonly onHover: (index: number | null) => void;
}

function Plot({ columns, points, smoothed, curves, log, onHover }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useThemeChanges();
  const shape = curves.map(({ column }) => column).join();
  const data = () => plotData(columns, smoothed, curves, log);
  useEffect(() => {
    const element = place.current!;
    plot.current = new uPlot(plotOptions(element.clientWidth, curves, log, onHover), data(), element);
    const resize = new ResizeObserver(() => {
      plot.current?.setSize({ width: element.clientWidth, height });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, log, theme]);
  useEffect(() => plot.current?.setData(data()), [points, smoothed]);
  const label = `${curves.map(({ title }) => title).join(', ')} over ${formatCount(columns.step.length)} points`;
  return <div ref={place} class="plot" role="img" aria-label={label} />;
}

const height = 360;

/** Each curve twice: pale as measured, strong as smoothed. */
function plotData(
  columns: Columns,
  smoothed: PlotProps['smoothed'],
  curves: readonly Curve[],
  log: boolean,
): uPlot.AlignedData {
  // A logarithmic scale can't show 0 and less.
  const drawable = (values: readonly number[]) =>
    values.map(value => (Number.isFinite(value) && (!log || value > 0) ? value : null));
  return [
    columns.step,
    ...curves.flatMap(({ column }) => [drawable(columns[column]), drawable(smoothed[column] ?? [])]),
  ];
}

/** `100`, `0.001`, `1e-4`. */
function decadeLabel(value: number | null): string {
  if (value === null) return '';
  return value >= 1e-3 && value < 1e6 ? value.toLocaleString('en') : value.toExponential();
}

function plotOptions(
  width: number,
  curves: readonly Curve[],
  log: boolean,
  onHover: PlotProps['onHover'],
): uPlot.Options {
  const axis = {
    stroke: cssColor('--muted'),
    grid: { stroke: cssColor('--line'), width: 1 },
    ticks: { stroke: cssColor('--line'), width: 1 },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  const series = curves.flatMap(({ title, color }) => {
    const stroke = cssColor(color);
    const common = { label: title, stroke, points: { show: false } };
    return [
      { ...common, width: 1, alpha: 0.22 },
      { ...common, width: 2 },
    ];
  });
  const decades = (_: uPlot, splits: number[]) =>
    splits.map(value => (Number.isInteger(Math.log10(value)) ? value : null));
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { x: { time: false }, y: { distr: log ? 3 : 1 } },
    axes: [
      axis,
      {
        ...axis,
        size: 54,
        ...(log && {
          values: (_: uPlot, splits: (number | null)[]) => splits.map(decadeLabel),
          grid: { ...axis.grid, filter: decades },
          ticks: { ...axis.ticks, filter: decades },
          filter: decades,
        }),
      },
    ],
    series: [{ label: 'Step' }, ...series],
    hooks: { setCursor: [({ cursor }) => onHover(cursor.idx ?? null)] },
  };
}

/** The current colour of a CSS custom property, in a form that canvases accept. */
function cssColor(property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

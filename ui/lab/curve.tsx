interface Props {
  readonly values: readonly number[];
  readonly title: string;
  readonly about: string;
  /** The name of a CSS custom property. */
  readonly color: string;
}

const POINTS = 160;

/** The curve of a loss from its first step to its last, with the newest value. */
export function Curve({ values, title, about, color }: Props) {
  const means = meansOf(values, POINTS);
  const [lowest, highest] = [Math.min(...means), Math.max(...means)];
  const points = means.map((value, i) => {
    const x = (100 * i) / Math.max(means.length - 1, 1);
    const y = 38 - (36 * (value - lowest)) / (highest - lowest || 1);
    return `${x.toFixed(2)},${y.toFixed(2)}`;
  });
  return (
    <figure class="lab-curve">
      <figcaption class="row spread">
        <span>
          <strong>{title}</strong> <span class="small muted">{about}</span>
        </span>
        <strong>{values.at(-1)?.toFixed(3) ?? '–'}</strong>
      </figcaption>
      <svg
        viewBox="0 0 100 40"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title} through the steps`}
      >
        <polyline points={points.join(' ')} style={{ stroke: `var(${color})` }} />
      </svg>
    </figure>
  );
}

/** At most `count` means of neighbouring values. */
function meansOf(values: readonly number[], count: number): number[] {
  const group = Math.max(1, Math.ceil(values.length / count));
  const means: number[] = [];
  for (let from = 0; from < values.length; from += group) {
    const part = values.slice(from, from + group);
    means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return means;
}

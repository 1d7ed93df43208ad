interface Props {
  readonly values: readonly number[];
  readonly label: string;
}

/** The curve of a loss, from its first step to its last. */
export function Curve({ values, label }: Props) {
  if (values.length < 2) return null;
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const points = values.map((value, i) => {
    const x = (100 * i) / (values.length - 1);
    const y = 38 - (36 * (value - lowest)) / (highest - lowest || 1);
    return `${x.toFixed(2)},${y.toFixed(2)}`;
  });
  return (
    <figure class="lab-curve">
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={label}>
        <title>{label}</title>
        <polyline points={points.join(' ')} />
      </svg>
      <figcaption>
        {label}: {values[0]!.toFixed(3)} → {values.at(-1)!.toFixed(3)}
      </figcaption>
    </figure>
  );
}

import type { LayerTime, OpTime } from './profile-times.ts';

/**
 * A profile as a table, largest share first. In the article's algorithm the discriminator's pass runs twice per step.
 */
export function layerLines(rows: readonly LayerTime[], judgements: number): string[] {
  const times = (row: LayerTime) => (row.pass === 'discriminate' ? judgements : 1);
  const total = rows.reduce((sum, row) => sum + times(row) * (row.products + row.other), 0);
  const shareOf = (row: LayerTime) => (100 * times(row) * (row.products + row.other)) / total;
  const lines = rows
    .toSorted((a, b) => shareOf(b) - shareOf(a))
    .map(row => {
      const share = shareOf(row);
      const columns = [row.products, row.other].map(value => value.toFixed(1).padStart(10));
      return `${row.pass.padEnd(14)}${row.layer.padEnd(12)}${row.direction.padEnd(10)}${columns.join('')}${share.toFixed(1).padStart(8)} %`;
    });
  return [
    `${'Pass'.padEnd(14)}${'Layer'.padEnd(12)}${''.padEnd(10)}  products     other   of step`,
    ...lines,
    `Nodes of a step: ${total.toFixed(0)} ms, without the optimiser's`,
  ];
}

/** Like {@link layerLines} for a GPU, whose step includes the optimiser's updates. */
export function opLines(rows: readonly OpTime[]): string[] {
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const lines = rows.map(({ op, shaders, milliseconds }) => {
    const share = ((100 * milliseconds) / total).toFixed(1);
    return `${op.padEnd(24)}${`${shaders}`.padStart(8)}${milliseconds.toFixed(2).padStart(10)}${share.padStart(8)} %`;
  });
  return [
    `${'Op'.padEnd(24)} shaders        ms   of step`,
    ...lines,
    `Shaders of a step: ${total.toFixed(1)} ms, updates included`,
  ];
}

import { type Shape, showShape } from '../core/shape.ts';
import type { Misfit } from '../import/fit.ts';

const mostRows = 40;

/** Tensors that don't fit as lines of a table: name, wanted shape, found shape. */
export function misfitTable(misfits: readonly Misfit[]): string[] {
  const rows = misfits
    .slice(0, mostRows)
    .map(({ name, wanted, found }) => [name, shown(wanted), shown(found)] as const);
  const table = [['tensor', 'wanted', 'found'] as const, ...rows];
  const width = (column: 0 | 1) => Math.max(...table.map(row => row[column].length));
  const lines = table.map(([name, wanted, found]) =>
    `${name.padEnd(width(0))}  ${wanted.padEnd(width(1))}  ${found}`.trimEnd(),
  );
  const more = misfits.length - rows.length;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

function shown(shape: Shape | null): string {
  return shape === null ? '–' : showShape(shape);
}

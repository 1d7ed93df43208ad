// A convolution of stride 1 over a nearest-neighbour upsampling ×2, computed on the low-resolution image.
//
// Output row 2i+p reads upsampled row 2i+p+a−top for kernel row a, which is low-resolution row i + ⌊(p+a−top)/2⌋. In each
// output phase p, several kernel rows multiply the same input row and can be summed first: a 4×4 kernel has 3 distinct rows
// in one phase and 2 in the other, so over both axes 9+6+6+4 = 25 products replace 64. The identity is exact, and its
// adjoints give the two gradients.

import type { Tensor } from '../../graph/index.ts';
import type { Emitter, Segment } from '../emitter.ts';
import { kernelRows } from './kernel.ts';
import { type Geometry, taps } from './windows.ts';

/** One product: output phase, low-resolution shift, and the kernel rows and columns that are summed for it. */
export interface Product {
  readonly phase: readonly [row: number, column: number];
  readonly shift: readonly [down: number, right: number];
  readonly kernelRows: readonly number[];
  readonly kernelColumns: readonly number[];
}

export const phasePairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

export function productsOf(g: Geometry, phase: readonly [number, number]): Product[] {
  const columns = tapGroups(g.kernelWidth, g.left, phase[1]);
  return tapGroups(g.kernelHeight, g.top, phase[0]).flatMap(([down, rows]) =>
    columns.map(
      ([right, kernelColumns]) => ({ phase, shift: [down, right], kernelRows: rows, kernelColumns }) as const,
    ),
  );
}

/** Kernel positions along one axis, grouped by the low-resolution shift that they use. */
function tapGroups(size: number, before: number, phase: number): [shift: number, positions: number[]][] {
  const groups = new Map<number, number[]>();
  for (let position = 0; position < size; position++) {
    const shift = Math.floor((phase + position - before) / 2);
    groups.set(shift, [...(groups.get(shift) ?? []), position]);
  }
  return [...groups];
}

/** Σ kernel[a, b] over a product's rows and columns, [C, O]; rows first, because products share those sums. */
export function summedKernel(emit: Emitter, kernel: Tensor, product: Product, g: Geometry): string {
  const overRows = product.kernelColumns.map(column =>
    sumOf(
      emit,
      product.kernelRows.map(row =>
        kernelRows(emit, kernel, (row * g.kernelWidth + column) * g.channels, g.channels),
      ),
    ),
  );
  return sumOf(emit, overRows);
}

function sumOf(emit: Emitter, values: readonly string[]): string {
  return values.reduce((a, b) => emit.node('Add', [a, b]));
}

/** The kernel's gradient, one segment per kernel tap, of the gradients of products' summed kernels. */
export function kernelSegments(emit: Emitter, g: Geometry, gradientOf: TapGradients): Segment[] {
  const products = phasePairs.flatMap(phase => productsOf(g, phase));
  const size = g.channels * g.outputChannels;
  return taps(g).map(([row, column], i) => {
    // A kernel position gets the gradient of every product that it was summed into, one for each phase.
    const terms = products.filter(
      product => product.kernelRows.includes(row) && product.kernelColumns.includes(column),
    );
    const value = emit.node('Sum', terms.map(gradientOf));
    return { value, offset: i * size, shape: [g.channels, g.outputChannels] };
  });
}

/** The gradient of a product's summed kernel, [C, O]. */
type TapGradients = (product: Product) => string;

/** Two matrices [N·H·W, 2·O], the pixels of even rows and those of odd rows → [N, 2H, 2W, O]. */
export function interleaveRows(emit: Emitter, halves: readonly string[], g: Geometry): string {
  const rows = halves.map(half => emit.reshape(half, [g.batch, g.height, 1, g.width * 2 * g.outputChannels]));
  return emit.reshape(emit.concat(rows, 2), [g.batch, 2 * g.height, 2 * g.width, g.outputChannels]);
}

// A convolution of stride 1 over a nearest-neighbour upsampling ×2, computed on the low-resolution image.
//
// Output row 2i+p reads upsampled row 2i+p+a−top for kernel row a, which is low-resolution row i + ⌊(p+a−top)/2⌋. In each
// output phase p, several kernel rows multiply the same input row and can be summed first: a 4×4 kernel has 3 distinct rows
// in one phase and 2 in the other, so over both axes 9+6+6+4 = 25 products replace 64. The identity is exact, and its
// adjoints give the two gradients.

import type { Tensor } from '../../graph/index.ts';
import type { Emitter, Segment } from '../emitter.ts';
import type { FormRules } from './form-rules.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import { kernelRows } from './kernel.ts';
import type { Geometry } from './windows.ts';

/** One product: output phase, low-resolution shift, and the kernel rows and columns that are summed for it. */
interface Product {
  readonly phase: readonly [row: number, column: number];
  readonly shift: readonly [down: number, right: number];
  readonly kernelRows: readonly number[];
  readonly kernelColumns: readonly number[];
}

/** Output phase by output phase. */
export const byPhases: FormRules = {
  forward: (emit, low, kernel, g, bias) => {
    const phases = phasePairs.map(phase =>
      sumOfProducts(
        emit,
        productsOf(g, phase).map(product => [
          lowWindow(emit, low, product.shift, g),
          summedKernel(emit, kernel, product, g),
        ]),
        { plus: bias },
      ),
    );
    return interleaveRows(emit, [emit.concat(phases.slice(0, 2), 1), emit.concat(phases.slice(2), 1)], g);
  },
  kernel: (emit, low, y, g) =>
    emit.recomputed(() =>
      kernelSegments(emit, g, product =>
        gemm(emit, lowWindow(emit, low, product.shift, g), phaseOf(emit, y, product.phase, [0, 0], g), {
          transposeA: true,
        }),
      ),
    ),
  input: (emit, y, kernel, g) =>
    emit.recomputed(() => {
      const products = phasePairs.flatMap(phase => productsOf(g, phase));
      const sum = sumOfProducts(
        emit,
        products.map(product => [
          phaseOf(emit, y, product.phase, [-product.shift[0], -product.shift[1]], g),
          summedKernel(emit, kernel, product, g),
        ]),
        { transposeB: true },
      );
      return emit.reshape(sum, [g.batch, g.height, g.width, g.channels]);
    }),
};

/** The kernel's gradient, one segment per kernel tap, of the gradients of products' summed kernels. */
function kernelSegments(emit: Emitter, g: Geometry, gradientOf: TapGradients): Segment[] {
  const products = phasePairs.flatMap(phase => productsOf(g, phase));
  const size = g.channels * g.outputChannels;
  return kernelTaps(g).map(([row, column], i) => {
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

/**
 * For few output channels: one product of all phases and shifts, with kernels [C, shifts·4·O]. Then the part of each shift
 * is moved into place and they are summed. Moving the product is cheaper than moving the image, which has more channels.
 */
export const upsampledByProjection: FormRules = {
  forward: (emit, low, kernel, g, bias) => {
    const shifts = shiftsOf(g);
    const size = 4 * g.outputChannels;
    const all = gemm(emit, lowMatrix(emit, low, g), projectedKernels(emit, kernel, g));
    const product = emit.reshape(all, [g.batch, g.height, g.width, shifts.length * size]);
    const moved = shifts.map(([down, right], i) =>
      shifted(emit, emit.slice(product, [3], [i * size], [size]), [-down, -right]),
    );
    const biases = bias === undefined ? [] : [emit.concat([bias, bias, bias, bias], 0)];
    const sum = emit.node('Sum', [...moved, ...biases]);
    return interleavePhases(emit, emit.reshape(sum, [g.batch * g.height * g.width, size]), g);
  },
  kernel: (emit, low, y, g) =>
    emit.recomputed(() => {
      const all = gemm(emit, lowMatrix(emit, low, g), projectedCotangents(emit, y, g), { transposeA: true });
      const positions = new Map(shiftsOf(g).map((shift, i) => [shift.join(), i]));
      return kernelSegments(emit, g, ({ phase, shift }) => {
        const position = 4 * positions.get(shift.join())! + 2 * phase[0] + phase[1];
        return emit.slice(all, [1], [position * g.outputChannels], [g.outputChannels]);
      });
    }),
  input: (emit, y, kernel, g) =>
    emit.recomputed(() => {
      const cotangents = projectedCotangents(emit, y, g);
      const sum = gemm(emit, cotangents, projectedKernels(emit, kernel, g), { transposeB: true });
      return emit.reshape(sum, [g.batch, g.height, g.width, g.channels]);
    }),
};

/** [N·H·W, C]. */
function lowMatrix(emit: Emitter, low: Tensor, g: Geometry): string {
  return emit.reshape(emit.value(low), [g.batch * g.height * g.width, g.channels]);
}

/** The cotangents of the product of {@link upsampledByProjection}, [N·H·W, shifts·4·O]. */
function projectedCotangents(emit: Emitter, cotangent: Tensor, g: Geometry): string {
  const size = 4 * g.outputChannels;
  const phases = emit.reshape(allPhases(emit, cotangent, g), [g.batch, g.height, g.width, size]);
  const columns = shiftsOf(g).map(shift => shifted(emit, phases, shift));
  return emit.reshape(emit.concat(columns, 3), [g.batch * g.height * g.width, columns.length * size]);
}

function projectedKernels(emit: Emitter, kernel: Tensor, g: Geometry): string {
  return emit.concat(
    shiftsOf(g).map(shift => sideBySide(emit, kernel, shift, g)),
    1,
  );
}

/** [N,H,W,C] moved down and to the right; zeros come in from outside. */
function shifted(emit: Emitter, image: string, [down, right]: readonly [number, number]): string {
  return emit.pad(image, [0, down, right, 0], [0, -down, -right, 0]);
}

/** Every low-resolution shift that some phase has. */
function shiftsOf(g: Geometry): Product['shift'][] {
  const products = phasePairs.flatMap(phase => productsOf(g, phase));
  return [...new Map(products.map(({ shift }) => [shift.join(), shift])).values()];
}

/** One shift's kernels of all phases, [C, 4·O]; zeros where a phase does not use the shift. */
function sideBySide(emit: Emitter, kernel: Tensor, shift: Product['shift'], g: Geometry): string {
  const zeros = () =>
    emit.builder.floats(new Float32Array(g.channels * g.outputChannels), [g.channels, g.outputChannels]);
  const kernels = phasePairs.map(phase => {
    const product = productsOf(g, phase).find(each => each.shift.join() === shift.join());
    return product ? summedKernel(emit, kernel, product, g) : zeros();
  });
  return emit.concat(kernels, 1);
}

/** [N,2H,2W,O] → [N·H·W, 4·O], the inverse of {@link interleavePhases}. */
function allPhases(emit: Emitter, high: Tensor, g: Geometry): string {
  const view = emit.reshape(emit.value(high), [g.batch, g.height, 2, g.width, 2 * g.outputChannels]);
  const moved = emit.node('Transpose', [view], { perm: [0, 1, 3, 2, 4] });
  return emit.reshape(moved, [g.batch * g.height * g.width, 4 * g.outputChannels]);
}

const phasePairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

function productsOf(g: Geometry, phase: readonly [number, number]): Product[] {
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

function kernelTaps(g: Geometry): [number, number][] {
  return Array.from({ length: g.kernelHeight * g.kernelWidth }, (_, i) => [
    Math.floor(i / g.kernelWidth),
    i % g.kernelWidth,
  ]);
}

/** Σ kernel[a, b] over a product's rows and columns, [C, O]; rows first, because products share those sums. */
function summedKernel(emit: Emitter, kernel: Tensor, product: Product, g: Geometry): string {
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

/** The low-resolution image shifted, zero outside, as [N·H·W, C]. */
function lowWindow(emit: Emitter, low: Tensor, shift: readonly [number, number], g: Geometry): string {
  const before = [Math.ceil(g.top / 2), Math.ceil(g.left / 2)] as const;
  const after = [Math.floor((g.kernelHeight - g.top) / 2), Math.floor((g.kernelWidth - g.left) / 2)] as const;
  const padded = emit.pad(emit.value(low), [0, ...before, 0], [0, ...after, 0]);
  const start = [before[0] + shift[0], before[1] + shift[1]];
  const block = emit.slice(padded, [1, 2], start, [g.height, g.width]);
  return emit.reshape(block, [g.batch * g.height * g.width, g.channels]);
}

/** One phase of a high-resolution tensor, shifted by low-resolution pixels, zero outside, as [N·H·W, O]. */
function phaseOf(
  emit: Emitter,
  high: Tensor,
  phase: readonly [number, number],
  shift: readonly [number, number],
  g: Geometry,
): string {
  const view = emit.reshape(emit.value(high), [g.batch, g.height, 2, g.width, 2 * g.outputChannels]);
  const every = [g.height, 1, g.width, g.outputChannels];
  const plane = emit.slice(view, [1, 2, 3, 4], [0, phase[0], 0, phase[1] * g.outputChannels], every);
  const rows = [g.batch * g.height * g.width, g.outputChannels];
  if (shift[0] === 0 && shift[1] === 0) return emit.reshape(plane, rows);
  // The same padding for every shift, so that they share one copy, in which a shift is a block of rows.
  const margin = Math.ceil(Math.max(g.kernelHeight, g.kernelWidth) / 4);
  const border = [0, margin, margin, 0];
  const padded = emit.pad(
    emit.reshape(plane, [g.batch, g.height, g.width, g.outputChannels]),
    border,
    border,
  );
  const start = [margin + shift[0], margin + shift[1]];
  return emit.reshape(emit.slice(padded, [1, 2], start, [g.height, g.width]), rows);
}

/** [N·H·W, 4·O], phases side by side → [N, 2H, 2W, O]. */
function interleavePhases(emit: Emitter, phases: string, g: Geometry): string {
  const halves = [0, 1].map(row =>
    emit.slice(phases, [1], [row * 2 * g.outputChannels], [2 * g.outputChannels]),
  );
  return interleaveRows(emit, halves, g);
}

/** Two matrices [N·H·W, 2·O], the pixels of even rows and those of odd rows → [N, 2H, 2W, O]. */
function interleaveRows(emit: Emitter, halves: readonly string[], g: Geometry): string {
  const rows = halves.map(half => emit.reshape(half, [g.batch, g.height, 1, g.width * 2 * g.outputChannels]));
  return emit.reshape(emit.concat(rows, 2), [g.batch, 2 * g.height, 2 * g.width, g.outputChannels]);
}

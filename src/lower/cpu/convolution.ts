// Convolutions as matrix products over NHWC, where a pixel's channels are contiguous. By taps: one accumulating product per
// kernel tap without a column buffer, if products are large. By columns: one product with all taps side by side, if pixels or
// channels are few and a product per tap would be mostly overhead.

import type { Tensor } from '../../graph/index.ts';
import type { Emitter } from '../emitter.ts';
import type { FormRules } from './form-rules.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import { kernelMatrix, kernelRows } from './kernel.ts';
import { type Geometry, type TapBlock, tapBlocks, tapRows, windowOf } from './windows.ts';

export const tapsForm: FormRules = {
  forward: (emit, x, kernel, g, bias) => {
    const products = tapBlocks(g).map(
      tap => [windowOf(emit, x, tap, g), kernelRows(emit, kernel, ...tapRows(tap, g))] as const,
    );
    return emit.reshape(sumOfProducts(emit, products, { plus: bias }), outputShape(g));
  },
  kernel: (emit, x, y, g) => {
    const cotangent = outputMatrix(emit, y, g);
    return emit.recomputed(() =>
      tapBlocks(g).map(tap => {
        const [first, count] = tapRows(tap, g);
        const value = gemm(emit, windowOf(emit, x, tap, g), cotangent, { transposeA: true });
        return { value, offset: first * g.outputChannels, shape: [count, g.outputChannels] };
      }),
    );
  },
  input: gatherPhases,
};

export const columnsForm: FormRules = {
  forward: (emit, x, kernel, g, bias) => {
    const y = gemm(emit, columnsOf(emit, x, g), kernelMatrix(emit, kernel), { plus: bias });
    return emit.reshape(y, outputShape(g));
  },
  kernel: (emit, x, y, g) => {
    const cotangent = outputMatrix(emit, y, g);
    return emit.recomputed(() => {
      const value = gemm(emit, columnsOf(emit, x, g), cotangent, { transposeA: true });
      return [{ value, offset: 0, shape: [g.kernelHeight * g.kernelWidth * g.channels, g.outputChannels] }];
    });
  },
  input: scatterColumns,
};

const outputShape = (g: Geometry) => [g.batch, g.rows, g.columns, g.outputChannels];

/** y as the matrix [N·h·w, O]. */
function outputMatrix(emit: Emitter, y: Tensor, g: Geometry): string {
  return emit.reshape(emit.value(y), [g.batch * g.rows * g.columns, g.outputChannels]);
}

function columnsOf(emit: Emitter, x: Tensor, g: Geometry): string {
  return emit.concat(
    tapBlocks(g).map(tap => windowOf(emit, x, tap, g)),
    1,
  );
}

/** The contributions of all taps in one product G·Kᵀ [N·h·w, kh·kw·C]; each is padded into place, and they are summed. */
function scatterColumns(emit: Emitter, y: Tensor, kernel: Tensor, g: Geometry): string {
  const { batch, rows, columns, channels, stride: s } = g;
  const cotangent = outputMatrix(emit, y, g);
  const contributions = gemm(emit, cotangent, kernelMatrix(emit, kernel), { transposeB: true });
  const height = Math.ceil(Math.max(g.kernelHeight + (rows - 1) * s, g.top + g.height) / s);
  const width = Math.ceil(Math.max(g.kernelWidth + (columns - 1) * s, g.left + g.width) / s);
  const laid = tapBlocks(g).map(tap => {
    const [first, count] = tapRows(tap, g);
    const part = emit.slice(contributions, [1], [first], [count]);
    const before = [0, Math.floor(tap.row / s), tap.row % s, Math.floor(tap.column / s), 0];
    const after = [
      0,
      height - rows - before[1]!,
      s - 1 - before[2]!,
      width - columns - before[3]!,
      s * channels - count,
    ];
    return emit.pad(emit.reshape(part, [batch, rows, 1, columns, count]), before, after);
  });
  const sum = laid.length === 1 ? laid[0]! : emit.node('Sum', laid);
  const padded = emit.reshape(sum, [batch, height * s, width * s, channels]);
  return cropTo(emit, padded, [height * s, width * s], [g.top, g.left], g);
}

/**
 * Rows of x with equal remainders modulo the stride, one phase, use the same kernel rows. For each phase this is a sum of
 * products of the shifted cotangent with transposed taps. Phases are counted on the padded x, where no tap is cut.
 */
function gatherPhases(emit: Emitter, y: Tensor, kernel: Tensor, g: Geometry): string {
  const { batch, channels, stride: s } = g;
  const layout = phaseLayout(g);
  const { origin, height, width } = layout;
  const shifted = shiftedCotangents(emit, y, g, layout);
  const rows = Array.from({ length: s }, (_, rowPhase) =>
    emit.reshape(phaseRow(emit, shifted, kernel, rowPhase, g), [batch, height, 1, width * s * channels]),
  );
  const interleaved = emit.reshape(emit.concat(rows, 2), [batch, height * s, width * s, channels]);
  return cropTo(emit, interleaved, [height * s, width * s], [g.top - origin[0], g.left - origin[1]], g);
}

/** Where phases begin on the padded x, and their size. */
interface PhaseLayout {
  readonly origin: readonly [top: number, left: number];
  readonly height: number;
  readonly width: number;
}

function phaseLayout({ top, left, height, width, stride: s }: Geometry): PhaseLayout {
  // Padding of whole strides need not be computed.
  const origin = [top - (top % s), left - (left % s)] as const;
  return {
    origin,
    height: Math.ceil((top + height - origin[0]) / s),
    width: Math.ceil((left + width - origin[1]) / s),
  };
}

/** Makes the cotangent as each tap meets it in its phase, [N·height·width, O]; one padded copy serves all taps. */
function shiftedCotangents(
  emit: Emitter,
  y: Tensor,
  g: Geometry,
  { origin, height, width }: PhaseLayout,
): (tap: TapBlock) => string {
  const { stride: s } = g;
  const skipped = [origin[0] / s, origin[1] / s] as const;
  const lastShift = [Math.floor((g.kernelHeight - 1) / s), Math.floor((g.kernelWidth - 1) / s)] as const;
  const before = [Math.max(lastShift[0] - skipped[0], 0), Math.max(lastShift[1] - skipped[1], 0)] as const;
  const after = [height + skipped[0] - g.rows, width + skipped[1] - g.columns] as const;
  const padded = emit.pad(
    emit.value(y),
    [0, ...before, 0],
    [0, Math.max(after[0], 0), Math.max(after[1], 0), 0],
  );
  return tap => {
    const start = [
      before[0] + skipped[0] - Math.floor(tap.row / s),
      before[1] + skipped[1] - Math.floor(tap.column / s),
    ];
    const block = emit.slice(padded, [1, 2], start, [height, width]);
    return emit.reshape(block, [g.batch * height * width, g.outputChannels]);
  };
}

/** The products of one row phase, its column phases side by side, [N·height·width, s·C]. */
function phaseRow(
  emit: Emitter,
  shifted: (tap: TapBlock) => string,
  kernel: Tensor,
  rowPhase: number,
  g: Geometry,
): string {
  const { channels, stride: s } = g;
  // A block of taps then has all column phases.
  const isWhole = g.kernelWidth % s === 0;
  const taps = tapBlocks(g).filter(tap => tap.row % s === rowPhase);
  const columnPhases = Array.from({ length: isWhole ? 1 : s }, (_, phase) => phase);
  const parts = columnPhases.map(columnPhase =>
    sumOfProducts(
      emit,
      taps
        .filter(tap => columnPhase < tap.count)
        .map(tap => {
          const [first, count] = tapRows(tap, g);
          const rows = isWhole
            ? kernelRows(emit, kernel, first, count)
            : kernelRows(emit, kernel, first + columnPhase * channels, channels);
          return [shifted(tap), rows] as const;
        }),
      { transposeB: true },
    ),
  );
  return emit.concat(parts, 1);
}

function cropTo(
  emit: Emitter,
  padded: string,
  size: readonly [number, number],
  origin: readonly [number, number],
  g: Geometry,
): string {
  if (size[0] === g.height && size[1] === g.width) return padded;
  return emit.slice(padded, [1, 2], origin, [g.height, g.width]);
}

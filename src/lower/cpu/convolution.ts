// Convolutions as matrix products over NHWC, where a pixel's channels are contiguous. Two forms of each: by taps, one
// accumulating product per kernel tap without a column buffer, if products are large; by columns, one product with all taps
// side by side, if pixels or channels are few and a product per tap would be mostly overhead.

import { elements } from '../../core/shape.ts';
import type { AttributesOf, Tensor } from '../../graph/index.ts';
import type { Emitter, Segment } from '../emitter.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import { kernelMatrix, kernelRows } from './kernel.ts';
import {
  minimalForward,
  minimalInputBackward,
  minimalKernelBackward,
  stridedMinimalForm,
} from './minimal-convolution.ts';
import { type Geometry, geometry, type TapBlock, tapBlocks, tapRows, windowOf } from './windows.ts';

/** With at most this many output pixels or input channels, columns are faster. */
const FEW_PIXELS = 64;
const FEW_CHANNELS = 16;

function byColumns(g: Geometry): boolean {
  return g.batch * g.rows * g.columns <= FEW_PIXELS || g.channels <= FEW_CHANNELS;
}

const minimalForm = (g: Geometry) => (byColumns(g) ? null : stridedMinimalForm(g));

/** y, optionally plus a bias [O]. */
export function conv2dForward(
  emit: Emitter,
  tensor: Tensor,
  attributes: AttributesOf<'conv2d'>,
  bias?: string,
): string {
  const [x, kernel] = tensor.inputs as [Tensor, Tensor];
  const g = geometry(x.shape, kernel.shape, tensor.shape, attributes);
  const minimal = minimalForm(g);
  if (minimal) return minimalForward(emit, emit.value(x), kernel, minimal, bias);
  const y = byColumns(g)
    ? gemm(emit, columnsOf(emit, x, g), kernelMatrix(emit, kernel), { plus: bias })
    : sumOfProducts(
        emit,
        tapBlocks(g).map(tap => [windowOf(emit, x, tap, g), kernelRows(emit, kernel, ...tapRows(tap, g))]),
        { plus: bias },
      );
  return emit.reshape(y, tensor.shape);
}

/** The kernel's gradient in row blocks of its matrix [kh·kw·C, O]: Xᵀ·G per tap. */
export function conv2dKernelSegments(
  emit: Emitter,
  tensor: Tensor,
  attributes: AttributesOf<'conv2dKernel'>,
): readonly Segment[] {
  const [x, y] = tensor.inputs as [Tensor, Tensor];
  const g = geometry(x.shape, tensor.shape, y.shape, attributes);
  const minimal = minimalForm(g);
  if (minimal) {
    return emit.recomputed(() => [minimalKernelBackward(emit, emit.value(x), emit.value(y), minimal)]);
  }
  const cotangent = emit.reshape(emit.value(y), [g.batch * g.rows * g.columns, g.outputChannels]);
  return emit.recomputed(() => {
    if (byColumns(g)) {
      const value = gemm(emit, columnsOf(emit, x, g), cotangent, { transposeA: true });
      return [{ value, offset: 0, shape: [elements(tensor.shape) / g.outputChannels, g.outputChannels] }];
    }
    return tapBlocks(g).map(tap => {
      const [first, count] = tapRows(tap, g);
      const value = gemm(emit, windowOf(emit, x, tap, g), cotangent, { transposeA: true });
      return { value, offset: first * g.outputChannels, shape: [count, g.outputChannels] };
    });
  });
}

/** x's cotangent: by scattering columns where pixels are few, otherwise by gathering each output phase. */
export function conv2dInputBackward(
  emit: Emitter,
  tensor: Tensor,
  attributes: AttributesOf<'conv2dInput'>,
): string {
  const [y, kernel] = tensor.inputs as [Tensor, Tensor];
  const g = geometry(tensor.shape, kernel.shape, y.shape, attributes);
  const minimal = minimalForm(g);
  if (minimal) return emit.recomputed(() => minimalInputBackward(emit, emit.value(y), kernel, minimal));
  const few = g.batch * g.rows * g.columns <= FEW_PIXELS;
  return few ? scatterColumns(emit, y, kernel, g) : gatherPhases(emit, y, kernel, g);
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
  const cotangent = emit.reshape(emit.value(y), [batch * rows * columns, g.outputChannels]);
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
  // Padding of whole strides need not be computed.
  const origin = [g.top - (g.top % s), g.left - (g.left % s)] as const;
  const height = Math.ceil((g.top + g.height - origin[0]) / s);
  const width = Math.ceil((g.left + g.width - origin[1]) / s);
  const lastShift = [Math.floor((g.kernelHeight - 1) / s), Math.floor((g.kernelWidth - 1) / s)] as const;
  const before = [
    Math.max(lastShift[0] - origin[0] / s, 0),
    Math.max(lastShift[1] - origin[1] / s, 0),
  ] as const;
  const after = [height + origin[0] / s - g.rows, width + origin[1] / s - g.columns] as const;
  const padded = emit.pad(
    emit.value(y),
    [0, ...before, 0],
    [0, Math.max(after[0], 0), Math.max(after[1], 0), 0],
  );
  const shifted = (tap: TapBlock): string => {
    const start = [
      before[0] + origin[0] / s - Math.floor(tap.row / s),
      before[1] + origin[1] / s - Math.floor(tap.column / s),
    ];
    return emit.reshape(emit.slice(padded, [1, 2], start, [height, width]), [
      batch * height * width,
      g.outputChannels,
    ]);
  };
  const whole = g.kernelWidth % s === 0;
  const phases = Array.from({ length: s }, (_, phase) => phase);
  const rows = phases.map(rowPhase => {
    const ofRow = tapBlocks(g).filter(tap => tap.row % s === rowPhase);
    const parts = (whole ? [0] : phases).map(columnPhase =>
      sumOfProducts(
        emit,
        ofRow
          .filter(tap => columnPhase < tap.count)
          .map(tap => {
            const [first, count] = tapRows(tap, g);
            const rows = whole
              ? kernelRows(emit, kernel, first, count)
              : kernelRows(emit, kernel, first + columnPhase * channels, channels);
            return [shifted(tap), rows] as const;
          }),
        { transposeB: true },
      ),
    );
    return emit.reshape(emit.concat(parts, 1), [batch, height, 1, width * s * channels]);
  });
  const interleaved = emit.reshape(emit.concat(rows, 2), [batch, height * s, width * s, channels]);
  return cropTo(emit, interleaved, [height * s, width * s], [g.top - origin[0], g.left - origin[1]], g);
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

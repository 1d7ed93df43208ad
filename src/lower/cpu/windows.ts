import type { Tensor } from '../../graph/index.ts';
import type { Emitter } from '../emitter.ts';

/** The sizes of a convolution's three arrays. */
export interface Geometry {
  readonly batch: number;
  /** Height and width of x. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** Height and width of y. */
  readonly rows: number;
  readonly columns: number;
  readonly outputChannels: number;
  readonly stride: number;
  readonly top: number;
  readonly left: number;
}

export function geometry(
  x: readonly number[],
  kernel: readonly number[],
  y: readonly number[],
  { stride, padding }: { readonly stride: number; readonly padding: readonly number[] },
): Geometry {
  return {
    batch: x[0]!,
    height: x[1]!,
    width: x[2]!,
    channels: x[3]!,
    kernelHeight: kernel[0]!,
    kernelWidth: kernel[1]!,
    rows: y[1]!,
    columns: y[2]!,
    outputChannels: y[3]!,
    stride,
    top: padding[0]!,
    left: padding[1]!,
  };
}

/** A kernel's taps in the order of its rows as a matrix. */
export function taps({ kernelHeight, kernelWidth }: Geometry): [row: number, column: number][] {
  return Array.from({ length: kernelHeight * kernelWidth }, (_, i) => [
    Math.floor(i / kernelWidth),
    i % kernelWidth,
  ]);
}

/** x as a matrix, [N·H·W, C]. */
export function imageMatrix(emit: Emitter, x: Tensor, g: Geometry): string {
  return emit.reshape(emit.value(x), [g.batch * g.height * g.width, g.channels]);
}

/** Up to `stride` neighbouring taps of a kernel row, whose pixels are contiguous in memory. */
export interface TapBlock {
  readonly row: number;
  readonly column: number;
  /** Number of kernel columns, from `column` on. */
  readonly count: number;
}

/** The kernel's blocks of taps, in the order of its rows as a matrix. */
export function tapBlocks({ kernelHeight, kernelWidth, stride }: Geometry): TapBlock[] {
  const result: TapBlock[] = [];
  for (let row = 0; row < kernelHeight; row++)
    for (let column = 0; column < kernelWidth; column += stride)
      result.push({ row, column, count: Math.min(stride, kernelWidth - column) });
  return result;
}

/** First row of a block in the kernel's matrix [kh·kw·C, O], and its number of rows. */
export function tapRows(tap: TapBlock, { kernelWidth, channels }: Geometry): [first: number, count: number] {
  return [(tap.row * kernelWidth + tap.column) * channels, tap.count * channels];
}

/**
 * The pixels of x that a block of taps multiplies, as the matrix [N·h·w, count·C].
 * With stride s the padded x is viewed as [N, H/s, s, W/s, s·C], in which a strided window is a plain block.
 */
export function windowOf(emit: Emitter, x: Tensor, tap: TapBlock, g: Geometry): string {
  const { batch, channels, stride: s } = g;
  const paddedHeight = roundUp(Math.max(g.kernelHeight + (g.rows - 1) * s, g.top + g.height), s);
  const paddedWidth = roundUp(Math.max(g.kernelWidth + (g.columns - 1) * s, g.left + g.width), s);
  const padded = emit.pad(
    emit.value(x),
    [0, g.top, g.left, 0],
    [0, paddedHeight - g.top - g.height, paddedWidth - g.left - g.width, 0],
  );
  const view = emit.reshape(padded, [batch, paddedHeight / s, s, paddedWidth / s, s * channels]);
  const whole =
    g.kernelHeight === 1 &&
    g.kernelWidth === 1 &&
    s === 1 &&
    paddedHeight === g.rows &&
    paddedWidth === g.columns;
  if (whole) return emit.reshape(padded, [batch * g.rows * g.columns, channels]);
  const block = emit.slice(
    view,
    [1, 2, 3, 4],
    [Math.floor(tap.row / s), tap.row % s, Math.floor(tap.column / s), (tap.column % s) * channels],
    [g.rows, 1, g.columns, tap.count * channels],
  );
  return emit.reshape(block, [batch * g.rows * g.columns, tap.count * channels]);
}

const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

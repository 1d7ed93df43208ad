import { elements } from '../../core/shape.ts';
import type { Tensor } from '../../graph/index.ts';
import { type Emitter, isInput, type Segment } from '../emitter.ts';
import { kronecker, type Matrix, type Scheme, stridedScheme, upsampledScheme } from './filtering-scheme.ts';
import type { FormRules } from './form-rules.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import type { Geometry } from './windows.ts';

/** A convolution computed by a minimal filtering scheme along both axes: sizes of its three arrays. */
interface MinimalConvolution {
  readonly scheme: Scheme;
  readonly batch: number;
  /** Size of the image that is filtered. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outputChannels: number;
  /** Zeros above and left of the first tile's first cell. */
  readonly top: number;
  readonly left: number;
  /** Tiles per column and row. */
  readonly tileRows: number;
  readonly tileColumns: number;
}

/** Whether {@link upsampledScheme} applies to a convolution of an upsampled image of the geometry's height and width. */
export function fitsUpsampledScheme(g: Geometry): boolean {
  const isFour = g.kernelHeight === 4 && g.kernelWidth === 4 && g.top === 1 && g.left === 1;
  return isFour && g.height % 2 === 0 && g.width % 2 === 0;
}

/** For a convolution of an upsampled image, given at low resolution. */
export const upsampledMinimalForm = rulesOf(g => ({
  ...g,
  scheme: upsampledScheme,
  tileRows: g.height / 2,
  tileColumns: g.width / 2,
}));

/** Whether {@link stridedScheme} applies to a convolution. */
export function fitsStridedScheme(g: Geometry): boolean {
  const isFour = g.kernelHeight === 4 && g.kernelWidth === 4 && g.stride === 2;
  const isEven = g.rows % 2 === 0 && g.columns % 2 === 0;
  return isFour && isEven && g.top + g.height <= 2 * g.rows + 4 && g.left + g.width <= 2 * g.columns + 4;
}

/** For a convolution of stride 2. */
export const stridedMinimalForm = rulesOf(g => ({
  ...g,
  scheme: stridedScheme,
  tileRows: g.rows / 2,
  tileColumns: g.columns / 2,
}));

function rulesOf(sizes: (g: Geometry) => MinimalConvolution): FormRules {
  return {
    forward: (emit, x, kernel, g, bias) => forward(emit, emit.value(x), kernel, sizes(g), bias),
    kernel: (emit, x, y, g) =>
      emit.recomputed(() => [kernelBackward(emit, emit.value(x), emit.value(y), sizes(g))]),
    input: (emit, y, kernel, g) =>
      emit.recomputed(() => inputBackward(emit, emit.value(y), kernel, sizes(g))),
  };
}

const tilesOf = (f: MinimalConvolution): number => f.batch * f.tileRows * f.tileColumns;
const cellChannels = (f: MinimalConvolution): number => f.scheme.pixels ** 2 * f.channels;

/** The convolution of `image` [N,H,W,C] with `kernel` (+ bias [O]), [N, rows, columns, O]. */
function forward(emit: Emitter, image: string, kernel: Tensor, f: MinimalConvolution, bias?: string): string {
  const points = pointsOf(emit, image, f);
  const kernels = kernelsOf(emit, kernel, f);
  const products = pairs(f).map(([row, column], i) =>
    gemm(emit, points[f.scheme.pointOf[row]!]![f.scheme.pointOf[column]!]!, kernels[i]!, {
      // The product at point 1 along both axes is added to every output unchanged.
      plus: row === 1 && column === 1 ? bias : undefined,
    }),
  );
  const joined = emit.reshape(emit.concat(products, 0), [products.length, tilesOf(f) * f.outputChannels]);
  return untile(emit, gemm(emit, matrix(emit, output2d(f)), joined), f);
}

/** The kernel's gradient, as the matrix [kh·kw, C·O], from the image and the cotangent of the outputs. */
function kernelBackward(emit: Emitter, image: string, cotangent: string, f: MinimalConvolution): Segment {
  const points = pointsOf(emit, image, f);
  const cotangents = productCotangents(emit, cotangent, f);
  const gradients = pairs(f).map(([row, column], i) =>
    gemm(emit, points[f.scheme.pointOf[row]!]![f.scheme.pointOf[column]!]!, cotangents[i]!, {
      transposeA: true,
    }),
  );
  const transform = kernel2d(f);
  const columns = f.channels * f.outputChannels;
  const joined = emit.reshape(emit.concat(gradients, 0), [transform.length, columns]);
  const value = gemm(emit, matrix(emit, transform), joined, { transposeA: true });
  return { value, offset: 0, shape: [f.kernelHeight * f.kernelWidth, columns] };
}

/** The image's cotangent [N,H,W,C] from that of the outputs. */
function inputBackward(emit: Emitter, cotangent: string, kernel: Tensor, f: MinimalConvolution): string {
  const { points, pointOf } = f.scheme;
  const kernels = kernelsOf(emit, kernel, f);
  const cotangents = productCotangents(emit, cotangent, f);
  const ofPoint = (row: number, column: number): string =>
    sumOfProducts(
      emit,
      pairs(f).flatMap(([i, j], p) =>
        pointOf[i] === row && pointOf[j] === column ? [[cotangents[p]!, kernels[p]!] as const] : [],
      ),
      { transposeB: true },
    );
  const k = cellChannels(f);
  const { batch, tileRows, tileColumns } = f;
  const rows = points.map((_, row) => {
    const columns = points.map((_, column) =>
      emit.reshape(ofPoint(row, column), [batch * tileRows, tileColumns, k]),
    );
    const joined = emit.concat(overlapped(emit, columns, f.scheme, 3), 2);
    return emit.reshape(joined, [batch, tileRows, (tileColumns + 1) * 2 * k]);
  });
  const [even, odd] = overlapped(emit, rows, f.scheme, 3).map(half =>
    emit.reshape(half, [batch, tileRows + 1, 1, (tileColumns + 1) * 2 * k]),
  );
  const cells = emit.reshape(emit.concat([even!, odd!], 2), cellShape(f));
  return fromCells(emit, cells, f);
}

/**
 * The input transform: for each pair of points the inputs of the products of all tiles, [tiles, cell channels].
 * First along rows, where a shift is one block of memory, then along columns.
 */
function pointsOf(emit: Emitter, image: string, f: MinimalConvolution): string[][] {
  const [batch, height, width, k] = cellShape(f);
  const cells = emit.reshape(toCells(emit, image, f), [batch, height / 2, 2, width * k]);
  const rows = Array.from({ length: f.scheme.cells }, (_, cell) =>
    emit.slice(cells, [1, 2], [cell >> 1, cell % 2], [f.tileRows, 1]),
  );
  return f.scheme.points.map(weights => {
    const row = emit.reshape(combine(emit, weights, rows), [batch * f.tileRows, width / 2, 2 * k]);
    const columns = Array.from({ length: f.scheme.cells }, (_, cell) =>
      emit.slice(row, [1, 2], [cell >> 1, (cell % 2) * k], [f.tileColumns, k]),
    );
    return f.scheme.points.map(each => emit.reshape(combine(emit, each, columns), [tilesOf(f), k]));
  });
}

/** The adjoint of reading `cells` in overlapping tiles: for each parity of cells, the sum of what both tiles contribute. */
function overlapped(emit: Emitter, points: readonly string[], scheme: Scheme, rank: number): string[] {
  const shares = Array.from({ length: scheme.cells }, (_, cell) =>
    combine(
      emit,
      scheme.points.map(weights => weights[cell]!),
      points,
    ),
  );
  const none = Array.from({ length: rank }, () => 0);
  const one = none.with(1, 1);
  return [0, 1].map(parity => {
    const own = emit.pad(shares[parity]!, none, one);
    const previous = shares[parity + 2];
    return previous === undefined ? own : emit.node('Add', [own, emit.pad(previous, one, none)]);
  });
}

/** Σ weightᵢ·valueᵢ for weights of −1, 0 and 1. */
function combine(emit: Emitter, weights: readonly number[], values: readonly string[]): string {
  const signed = (sign: number) => values.filter((_, i) => weights[i] === sign);
  const [first, ...added] = signed(1);
  const sum = added.reduce((a, b) => emit.node('Add', [a, b]), first ?? '');
  if (sum === '')
    return emit.node('Neg', [
      combine(
        emit,
        weights.map(weight => -weight),
        values,
      ),
    ]);
  return signed(-1).reduce((a, b) => emit.node('Sub', [a, b]), sum);
}

/** The kernel transform: per product the matrix [cell channels, O]. */
function kernelsOf(emit: Emitter, kernel: Tensor, f: MinimalConvolution): string[] {
  const transform = kernel2d(f);
  const columns = f.channels * f.outputChannels;
  const taps = elements(kernel.shape) / columns;
  const asTaps = isInput(kernel)
    ? emit.inputPart(kernel, 0, [taps, columns])
    : emit.reshape(emit.value(kernel), [taps, columns]);
  const k = cellChannels(f);
  const count = pairs(f).length;
  const all = emit.reshape(gemm(emit, matrix(emit, transform), asTaps), [count * k, f.outputChannels]);
  return Array.from({ length: count }, (_, i) => emit.slice(all, [0], [i * k], [k]));
}

/** The output transform's adjoint: per product the cotangents of all tiles, [tiles, O]. */
function productCotangents(emit: Emitter, cotangent: string, f: MinimalConvolution): string[] {
  const count = pairs(f).length;
  const all = gemm(emit, matrix(emit, output2d(f)), tile(emit, cotangent, f), { transposeA: true });
  const stacked = emit.reshape(all, [count * tilesOf(f), f.outputChannels]);
  return Array.from({ length: count }, (_, i) => emit.slice(stacked, [0], [i * tilesOf(f)], [tilesOf(f)]));
}

/** [outputs of a tile, tiles · O] → [N, rows, columns, O]. */
function untile(emit: Emitter, tiles: string, f: MinimalConvolution): string {
  const side = f.scheme.tileOutputs.length;
  const { batch, tileRows, tileColumns, outputChannels } = f;
  const split = emit.reshape(tiles, [side, side, batch, tileRows, tileColumns, outputChannels]);
  const placed = emit.node('Transpose', [split], { perm: [2, 3, 0, 4, 1, 5] });
  return emit.reshape(placed, [batch, side * tileRows, side * tileColumns, outputChannels]);
}

/** [N, rows, columns, O] → [outputs of a tile, tiles · O]. */
function tile(emit: Emitter, outputs: string, f: MinimalConvolution): string {
  const side = f.scheme.tileOutputs.length;
  const split = emit.reshape(outputs, [f.batch, f.tileRows, side, f.tileColumns, side, f.outputChannels]);
  const gathered = emit.node('Transpose', [split], { perm: [2, 4, 0, 1, 3, 5] });
  return emit.reshape(gathered, [side * side, tilesOf(f) * f.outputChannels]);
}

/** [N, rows, columns, channels] of all cells that tiles read; one more pair of cells than tiles along each axis. */
function cellShape(f: MinimalConvolution): readonly [number, number, number, number] {
  return [f.batch, 2 * (f.tileRows + 1), 2 * (f.tileColumns + 1), cellChannels(f)];
}

function paddings(f: MinimalConvolution): { before: number[]; after: number[] } {
  const [, rows, columns] = cellShape(f);
  const { pixels } = f.scheme;
  const [below, right] = [rows * pixels - f.top - f.height, columns * pixels - f.left - f.width];
  return { before: [0, f.top, f.left, 0], after: [0, below, right, 0] };
}

function toCells(emit: Emitter, image: string, f: MinimalConvolution): string {
  const { before, after } = paddings(f);
  const padded = emit.pad(image, before, after);
  const { pixels } = f.scheme;
  if (pixels === 1) return padded;
  const [batch, rows, columns] = cellShape(f);
  const split = emit.reshape(padded, [batch, rows, pixels, columns, pixels * f.channels]);
  return emit.node('Transpose', [split], { perm: [0, 1, 3, 2, 4] });
}

function fromCells(emit: Emitter, cells: string, f: MinimalConvolution): string {
  const { pixels } = f.scheme;
  const [batch, rows, columns] = cellShape(f);
  const split = emit.reshape(cells, [batch, rows, columns, pixels, pixels * f.channels]);
  const whole = pixels === 1 ? cells : emit.node('Transpose', [split], { perm: [0, 1, 3, 2, 4] });
  const padded = emit.reshape(whole, [batch, rows * pixels, columns * pixels, f.channels]);
  return emit.slice(padded, [1, 2], [f.top, f.left], [f.height, f.width]);
}

/** Row and column products of the scheme, in the order of {@link kernel2d} and of {@link output2d}'s columns. */
function pairs({ scheme }: MinimalConvolution): [row: number, column: number][] {
  return scheme.pointOf.flatMap((_, row) =>
    scheme.pointOf.map((_, column) => [row, column] as [number, number]),
  );
}

/** [products² · pixels², taps²]. */
function kernel2d({ scheme }: MinimalConvolution): Matrix {
  return scheme.kernels.flatMap(row => scheme.kernels.flatMap(column => kronecker(row, column)));
}

/** [outputs², products²]. */
function output2d({ scheme }: MinimalConvolution): Matrix {
  return kronecker(scheme.tileOutputs, scheme.tileOutputs);
}

function matrix(emit: Emitter, values: Matrix): string {
  return emit.builder.floats(Float32Array.from(values.flat()), [values.length, values[0]!.length]);
}

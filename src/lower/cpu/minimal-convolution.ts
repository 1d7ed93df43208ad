import { elements } from '../../core/shape.ts';
import type { Tensor } from '../../graph/index.ts';
import { type Emitter, isInput, type Segment } from '../emitter.ts';
import {
  kronecker,
  type Matrix,
  pixelsRead,
  type Scheme,
  schemeOf,
  tilesFor,
  upsampledSchemeOf,
} from './filtering-scheme.ts';
import type { FormRules } from './form-rules.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import type { Geometry } from './windows.ts';

/** A convolution computed by a minimal filtering scheme along both axes; its image is the one that is filtered. */
interface MinimalConvolution extends Geometry {
  readonly scheme: Scheme;
  /** Tiles per column and row. */
  readonly tileRows: number;
  readonly tileColumns: number;
}

/** At the image's own resolution. */
export const minimalForm = rulesOf(schemeOf);

/** For a convolution of an upsampled image, given at low resolution. */
export const upsampledMinimalForm = rulesOf(upsampledSchemeOf);

function rulesOf(schemeOf: (g: Geometry) => Scheme | null): FormRules {
  const sizes = (g: Geometry): MinimalConvolution => {
    const scheme = schemeOf(g)!;
    return { ...g, scheme, tileRows: tilesFor(scheme, g.rows), tileColumns: tilesFor(scheme, g.columns) };
  };
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
      // The product at index 1 along both axes is added to every output unchanged.
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
  const [batch, height, width, k] = cellShape(f);
  const rows = points.map((_, row) => {
    const columns = points.map((_, column) =>
      emit.reshape(ofPoint(row, column), [batch * f.tileRows, f.tileColumns, k]),
    );
    const joined = emit.concat(overlapped(emit, columns, f.scheme), 2);
    return emit.reshape(joined, [batch, f.tileRows, width * k]);
  });
  const parts = overlapped(emit, rows, f.scheme).map(part =>
    emit.reshape(part, [batch, height / f.scheme.step, 1, width * k]),
  );
  return fromCells(emit, emit.reshape(emit.concat(parts, 2), cellShape(f)), f);
}

/**
 * The input transform: for each pair of points the inputs of the products of all tiles, [tiles, cell channels].
 * First along rows, where a shift is one block of memory, then along columns.
 */
function pointsOf(emit: Emitter, image: string, f: MinimalConvolution): string[][] {
  const [batch, height, width, k] = cellShape(f);
  const { step, points } = f.scheme;
  const cells = emit.reshape(toCells(emit, image, f), [batch, height / step, step, width * k]);
  const rows = Array.from({ length: f.scheme.cells }, (_, cell) =>
    emit.slice(cells, [1, 2], [Math.floor(cell / step), cell % step], [f.tileRows, 1]),
  );
  return points.map(weights => {
    const row = emit.reshape(combine(emit, weights, rows), [batch * f.tileRows, width / step, step * k]);
    const columns = Array.from({ length: f.scheme.cells }, (_, cell) =>
      emit.slice(row, [1, 2], [Math.floor(cell / step), (cell % step) * k], [f.tileColumns, k]),
    );
    return points.map(each => emit.reshape(combine(emit, each, columns), [tilesOf(f), k]));
  });
}

/**
 * The adjoint of reading `cells` in overlapping tiles, along axis 1 of the values at each point, [_, tiles, _]: for each
 * cell of a step the sum of what all tiles contribute, [_, steps, _].
 */
function overlapped(
  emit: Emitter,
  points: readonly string[],
  { cells, step, points: weights }: Scheme,
): string[] {
  const later = Math.ceil(cells / step) - 1;
  return Array.from({ length: step }, (_, first) =>
    Array.from({ length: Math.ceil((cells - first) / step) }, (_, shift) => {
      const share = combine(
        emit,
        weights.map(of => of[first + shift * step]!),
        points,
      );
      return emit.pad(share, [0, shift, 0], [0, later - shift, 0]);
    }).reduce((a, b) => emit.node('Add', [a, b])),
  );
}

/** Σ weightᵢ·valueᵢ. */
function combine(emit: Emitter, weights: readonly number[], values: readonly string[]): string {
  const terms = values.flatMap((value, i) => {
    const [weight, size] = [weights[i]!, Math.abs(weights[i]!)];
    if (weight === 0) return [];
    return [{ weight, value: size === 1 ? value : emit.node('Mul', [value, emit.scalar(size)]) }];
  });
  // Sums first: a negative first term takes one more node.
  const [first, ...others] = terms.toSorted((a, b) => Math.sign(b.weight) - Math.sign(a.weight));
  const start = first!.weight > 0 ? first!.value : emit.node('Neg', [first!.value]);
  return others.reduce(
    (sum, { weight, value }) => emit.node(weight > 0 ? 'Add' : 'Sub', [sum, value]),
    start,
  );
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
  const whole = emit.reshape(placed, [batch, side * tileRows, side * tileColumns, outputChannels]);
  const isWhole = side * tileRows === f.rows && side * tileColumns === f.columns;
  return isWhole ? whole : emit.slice(whole, [1, 2], [0, 0], [f.rows, f.columns]);
}

/** [N, rows, columns, O] → [outputs of a tile, tiles · O]. */
function tile(emit: Emitter, outputs: string, f: MinimalConvolution): string {
  const side = f.scheme.tileOutputs.length;
  const [below, right] = [side * f.tileRows - f.rows, side * f.tileColumns - f.columns];
  const whole = emit.pad(outputs, [0, 0, 0, 0], [0, below, right, 0]);
  const split = emit.reshape(whole, [f.batch, f.tileRows, side, f.tileColumns, side, f.outputChannels]);
  const gathered = emit.node('Transpose', [split], { perm: [2, 4, 0, 1, 3, 5] });
  return emit.reshape(gathered, [side * side, tilesOf(f) * f.outputChannels]);
}

/** [N, rows, columns, channels] of all cells that tiles read. */
function cellShape(f: MinimalConvolution): readonly [number, number, number, number] {
  const { pixels } = f.scheme;
  const along = (tiles: number) => pixelsRead(f.scheme, tiles) / pixels;
  return [f.batch, along(f.tileRows), along(f.tileColumns), cellChannels(f)];
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

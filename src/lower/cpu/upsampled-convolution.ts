// A convolution of stride 1 over a nearest-neighbour upsampling ×2, computed on the low-resolution image.
//
// Output row 2i+p reads upsampled row 2i+p+a−top for kernel row a, which is low-resolution row i + ⌊(p+a−top)/2⌋. In each
// output phase p, several kernel rows multiply the same input row and can be summed first: a 4×4 kernel has 3 distinct rows
// in one phase and 2 in the other, so over both axes 9+6+6+4 = 25 products replace 64. The identity is exact, and its
// adjoints give the two gradients.

import type { AttributesOf, Tensor } from '../../graph/index.ts';
import type { Emitter, Segment } from '../emitter.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import { kernelRows } from './kernel.ts';
import {
  minimalForward,
  minimalInputBackward,
  minimalKernelBackward,
  upsampledMinimalForm,
} from './minimal-convolution.ts';

/** The sizes of such a convolution's arrays. */
interface Upsampled {
  readonly batch: number;
  /** Size of the low-resolution x. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outputChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly top: number;
  readonly left: number;
}

/** One product: output phase, low-resolution shift, and the kernel rows and columns that are summed for it. */
interface Product {
  readonly phase: readonly [row: number, column: number];
  readonly shift: readonly [down: number, right: number];
  readonly kernelRows: readonly number[];
  readonly kernelColumns: readonly number[];
}

/** With fewer low-resolution pixels than this in a batch, summing kernels costs more than it saves. */
const FEWEST_PIXELS = 25;
/** With so few output channels, products are narrow; all four phases are then computed side by side. */
const FEW_OUTPUTS = 16;

/** The sizes, if the convolution of `upsampled` can be computed on low resolution and that is faster. */
export function upsampledGeometry(
  upsampled: Tensor,
  kernelShape: readonly number[],
  outputShape: readonly number[],
  { stride, padding }: AttributesOf<'conv2d'>,
): Upsampled | null {
  if (upsampled.op.name !== 'upsample2d') return null;
  const [low] = upsampled.inputs as [Tensor];
  return lowResolutionGeometry(low.shape, kernelShape, outputShape, { stride, padding });
}

/** The same from the shape of the low-resolution image; null if stride, size or padding rule this form out, or it is slower. */
export function lowResolutionGeometry(
  low: readonly number[],
  kernelShape: readonly number[],
  outputShape: readonly number[],
  { stride, padding }: AttributesOf<'conv2d'>,
): Upsampled | null {
  const [batch, height, width, channels] = low as [number, number, number, number];
  const keepsSize = outputShape[1] === 2 * height && outputShape[2] === 2 * width;
  if (stride !== 1 || !keepsSize || batch * height * width < FEWEST_PIXELS) return null;
  return {
    batch,
    height,
    width,
    channels,
    outputChannels: kernelShape[3]!,
    kernelHeight: kernelShape[0]!,
    kernelWidth: kernelShape[1]!,
    top: padding[0]!,
    left: padding[1]!,
  };
}

/** conv2d(upsample2d(low), kernel) (+ bias [O]) as [N, 2H, 2W, O]. */
export function upsampledForward(
  emit: Emitter,
  low: Tensor,
  kernel: Tensor,
  u: Upsampled,
  bias?: string,
): string {
  if (u.outputChannels <= FEW_OUTPUTS) return slimForward(emit, low, kernel, u, bias);
  const minimal = upsampledMinimalForm(u);
  if (minimal) return minimalForward(emit, emit.value(low), kernel, minimal, bias);
  const phases = phasePairs.map(phase =>
    sumOfProducts(
      emit,
      productsOf(u, phase).map(product => [
        lowWindow(emit, low, product.shift, u),
        summedKernel(emit, kernel, product, u),
      ]),
      { plus: bias },
    ),
  );
  return interleaveRows(emit, [emit.concat(phases.slice(0, 2), 1), emit.concat(phases.slice(2), 1)], u);
}

/** The kernel's gradient, one segment per kernel tap, from low [N,H,W,C] and the cotangent [N,2H,2W,O]. */
export function upsampledKernelSegments(
  emit: Emitter,
  low: Tensor,
  cotangent: Tensor,
  u: Upsampled,
): readonly Segment[] {
  const minimal = u.outputChannels <= FEW_OUTPUTS ? null : upsampledMinimalForm(u);
  if (minimal) return [minimalKernelBackward(emit, emit.value(low), emit.value(cotangent), minimal)];
  const gradientOf: TapGradients =
    u.outputChannels <= FEW_OUTPUTS
      ? slimTapGradients(emit, low, cotangent, u)
      : product =>
          gemm(
            emit,
            lowWindow(emit, low, product.shift, u),
            phaseOf(emit, cotangent, product.phase, [0, 0], u),
            {
              transposeA: true,
            },
          );
  const products = phasePairs.flatMap(phase => productsOf(u, phase));
  const size = u.channels * u.outputChannels;
  return kernelTaps(u).map(([row, column], i) => {
    // A kernel position gets the gradient of every product that it was summed into, one for each phase.
    const terms = products.filter(
      product => product.kernelRows.includes(row) && product.kernelColumns.includes(column),
    );
    const value = emit.node('Sum', terms.map(gradientOf));
    return { value, offset: i * size, shape: [u.channels, u.outputChannels] };
  });
}

/** The gradient of a product's summed kernel, [C, O]. */
type TapGradients = (product: Product) => string;

/** sumPool2d(conv2dInput(cotangent, kernel)): the cotangent of the low-resolution image, [N,H,W,C]. */
export function upsampledInputBackward(
  emit: Emitter,
  cotangent: Tensor,
  kernel: Tensor,
  u: Upsampled,
): string {
  if (u.outputChannels <= FEW_OUTPUTS) return slimInputBackward(emit, cotangent, kernel, u);
  const minimal = upsampledMinimalForm(u);
  if (minimal) return minimalInputBackward(emit, emit.value(cotangent), kernel, minimal);
  const products = phasePairs.flatMap(phase => productsOf(u, phase));
  const sum = sumOfProducts(
    emit,
    products.map(product => [
      phaseOf(emit, cotangent, product.phase, [-product.shift[0], -product.shift[1]], u),
      summedKernel(emit, kernel, product, u),
    ]),
    { transposeB: true },
  );
  return emit.reshape(sum, [u.batch, u.height, u.width, u.channels]);
}

/**
 * For few output channels: one product of all phases and shifts, with kernels [C, shifts·4·O]. Then the part of each shift
 * is moved into place and they are summed. Moving the product is cheaper than moving the image, which has more channels.
 */
function slimForward(emit: Emitter, low: Tensor, kernel: Tensor, u: Upsampled, bias?: string): string {
  const shifts = shiftsOf(u);
  const size = 4 * u.outputChannels;
  const image = emit.reshape(emit.value(low), [u.batch * u.height * u.width, u.channels]);
  const all = gemm(emit, image, slimKernels(emit, kernel, u));
  const product = emit.reshape(all, [u.batch, u.height, u.width, shifts.length * size]);
  const moved = shifts.map(([down, right], i) =>
    shifted(emit, emit.slice(product, [3], [i * size], [size]), [-down, -right]),
  );
  const sum = emit.node(
    'Sum',
    bias === undefined ? moved : [...moved, emit.concat([bias, bias, bias, bias], 0)],
  );
  return interleavePhases(emit, emit.reshape(sum, [u.batch * u.height * u.width, size]), u);
}

/** The tap gradients of all phases and shifts from one product, [C, shifts·4·O]. */
function slimTapGradients(emit: Emitter, low: Tensor, cotangent: Tensor, u: Upsampled): TapGradients {
  const image = emit.reshape(emit.value(low), [u.batch * u.height * u.width, u.channels]);
  const all = gemm(emit, image, slimCotangents(emit, cotangent, u), { transposeA: true });
  const positions = new Map(shiftsOf(u).map((shift, i) => [shift.join(), i]));
  return ({ phase, shift }) => {
    const position = 4 * positions.get(shift.join())! + 2 * phase[0] + phase[1];
    return emit.slice(all, [1], [position * u.outputChannels], [u.outputChannels]);
  };
}

function slimInputBackward(emit: Emitter, cotangent: Tensor, kernel: Tensor, u: Upsampled): string {
  const sum = gemm(emit, slimCotangents(emit, cotangent, u), slimKernels(emit, kernel, u), {
    transposeB: true,
  });
  return emit.reshape(sum, [u.batch, u.height, u.width, u.channels]);
}

/** The cotangents of {@link slimForward}'s product, [N·H·W, shifts·4·O]. */
function slimCotangents(emit: Emitter, cotangent: Tensor, u: Upsampled): string {
  const size = 4 * u.outputChannels;
  const phases = emit.reshape(allPhases(emit, cotangent, u), [u.batch, u.height, u.width, size]);
  const columns = shiftsOf(u).map(shift => shifted(emit, phases, shift));
  return emit.reshape(emit.concat(columns, 3), [u.batch * u.height * u.width, columns.length * size]);
}

function slimKernels(emit: Emitter, kernel: Tensor, u: Upsampled): string {
  return emit.concat(
    shiftsOf(u).map(shift => sideBySide(emit, kernel, shift, u)),
    1,
  );
}

/** [N,H,W,C] moved down and to the right; zeros come in from outside. */
function shifted(emit: Emitter, image: string, [down, right]: readonly [number, number]): string {
  return emit.pad(image, [0, down, right, 0], [0, -down, -right, 0]);
}

/** Every low-resolution shift that some phase has. */
function shiftsOf(u: Upsampled): Product['shift'][] {
  const products = phasePairs.flatMap(phase => productsOf(u, phase));
  return [...new Map(products.map(({ shift }) => [shift.join(), shift])).values()];
}

/** One shift's kernels of all phases, [C, 4·O]; zeros where a phase does not use the shift. */
function sideBySide(emit: Emitter, kernel: Tensor, shift: Product['shift'], u: Upsampled): string {
  const zero = emit.builder.floats(new Float32Array(u.channels * u.outputChannels), [
    u.channels,
    u.outputChannels,
  ]);
  const kernels = phasePairs.map(phase => {
    const product = productsOf(u, phase).find(each => each.shift.join() === shift.join());
    return product ? summedKernel(emit, kernel, product, u) : zero;
  });
  return emit.concat(kernels, 1);
}

/** [N,2H,2W,O] → [N·H·W, 4·O], the inverse of {@link interleavePhases}. */
function allPhases(emit: Emitter, high: Tensor, u: Upsampled): string {
  const view = emit.reshape(emit.value(high), [u.batch, u.height, 2, u.width, 2 * u.outputChannels]);
  const moved = emit.node('Transpose', [view], { perm: [0, 1, 3, 2, 4] });
  return emit.reshape(moved, [u.batch * u.height * u.width, 4 * u.outputChannels]);
}

const phasePairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

function productsOf(u: Upsampled, phase: readonly [number, number]): Product[] {
  const columns = tapGroups(u.kernelWidth, u.left, phase[1]);
  return tapGroups(u.kernelHeight, u.top, phase[0]).flatMap(([down, rows]) =>
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

function kernelTaps(u: Upsampled): [number, number][] {
  return Array.from({ length: u.kernelHeight * u.kernelWidth }, (_, i) => [
    Math.floor(i / u.kernelWidth),
    i % u.kernelWidth,
  ]);
}

/** Σ kernel[a, b] over a product's rows and columns, [C, O]; rows first, because products share those sums. */
function summedKernel(emit: Emitter, kernel: Tensor, product: Product, u: Upsampled): string {
  const overRows = product.kernelColumns.map(column =>
    sumOf(
      emit,
      product.kernelRows.map(row =>
        kernelRows(emit, kernel, (row * u.kernelWidth + column) * u.channels, u.channels),
      ),
    ),
  );
  return sumOf(emit, overRows);
}

function sumOf(emit: Emitter, values: readonly string[]): string {
  return values.reduce((a, b) => emit.node('Add', [a, b]));
}

/** The low-resolution image shifted, zero outside, as [N·H·W, C]. */
function lowWindow(emit: Emitter, low: Tensor, shift: readonly [number, number], u: Upsampled): string {
  const before = [Math.ceil(u.top / 2), Math.ceil(u.left / 2)] as const;
  const after = [Math.floor((u.kernelHeight - u.top) / 2), Math.floor((u.kernelWidth - u.left) / 2)] as const;
  const padded = emit.pad(emit.value(low), [0, ...before, 0], [0, ...after, 0]);
  const start = [before[0] + shift[0], before[1] + shift[1]];
  const block = emit.slice(padded, [1, 2], start, [u.height, u.width]);
  return emit.reshape(block, [u.batch * u.height * u.width, u.channels]);
}

/** One phase of a high-resolution tensor, shifted by low-resolution pixels, zero outside, as [N·H·W, O]. */
function phaseOf(
  emit: Emitter,
  high: Tensor,
  phase: readonly [number, number],
  shift: readonly [number, number],
  u: Upsampled,
): string {
  const view = emit.reshape(emit.value(high), [u.batch, u.height, 2, u.width, 2 * u.outputChannels]);
  const every = [u.height, 1, u.width, u.outputChannels];
  const plane = emit.slice(view, [1, 2, 3, 4], [0, phase[0], 0, phase[1] * u.outputChannels], every);
  const rows = [u.batch * u.height * u.width, u.outputChannels];
  if (shift[0] === 0 && shift[1] === 0) return emit.reshape(plane, rows);
  // The same padding for every shift, so that they share one copy, in which a shift is a block of rows.
  const margin = Math.ceil(Math.max(u.kernelHeight, u.kernelWidth) / 4);
  const border = [0, margin, margin, 0];
  const padded = emit.pad(
    emit.reshape(plane, [u.batch, u.height, u.width, u.outputChannels]),
    border,
    border,
  );
  const start = [margin + shift[0], margin + shift[1]];
  return emit.reshape(emit.slice(padded, [1, 2], start, [u.height, u.width]), rows);
}

/** [N·H·W, 4·O], phases side by side → [N, 2H, 2W, O]. */
function interleavePhases(emit: Emitter, phases: string, u: Upsampled): string {
  const halves = [0, 1].map(row =>
    emit.slice(phases, [1], [row * 2 * u.outputChannels], [2 * u.outputChannels]),
  );
  return interleaveRows(emit, halves, u);
}

/** Two matrices [N·H·W, 2·O], the pixels of even rows and those of odd rows → [N, 2H, 2W, O]. */
function interleaveRows(emit: Emitter, halves: readonly string[], u: Upsampled): string {
  const rows = halves.map(half => emit.reshape(half, [u.batch, u.height, 1, u.width * 2 * u.outputChannels]));
  return emit.reshape(emit.concat(rows, 2), [u.batch, 2 * u.height, 2 * u.width, u.outputChannels]);
}

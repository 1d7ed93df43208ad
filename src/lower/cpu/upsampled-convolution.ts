import type { AttributesOf, Tensor } from '../../graph/index.ts';
import type { Emitter, Segment } from '../emitter.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import { kernelRows } from './kernel.ts';

/**
 * A convolution of stride 1 over a nearest-neighbour upsampling ×2, computed on the low-resolution image.
 *
 * Output row 2i+p reads upsampled row 2i+p+a−top for kernel row a, which is low-resolution row
 * i + ⌊(p+a−top)/2⌋. So per output phase p several kernel rows fall on one input row and can be summed beforehand:
 * a 4×4 kernel has 3 distinct rows in one phase and 2 in the other, and over both axes 9+6+6+4 = 25
 * products do the work of 64. The identity is exact, and its adjoints give the two gradients.
 */
interface Upsampled {
  readonly batch: number;
  /** Of the low-resolution x. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outputs: number;
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

/** Below this height or width the weights outweigh the pixels, and plain convolution is faster. */
const SMALLEST = 5;
/** So few output channels make slim products; all four phases are then computed side by side. */
const FEW_OUTPUTS = 16;

/** The sizes, if convolving `upsampled` can be done on low resolution and that is worth it. */
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

export function lowResolutionGeometry(
  low: readonly number[],
  kernelShape: readonly number[],
  outputShape: readonly number[],
  { stride, padding }: AttributesOf<'conv2d'>,
): Upsampled | null {
  const [batch, height, width, channels] = low as [number, number, number, number];
  const keepsSize = outputShape[1] === 2 * height && outputShape[2] === 2 * width;
  if (stride !== 1 || !keepsSize || Math.min(height, width) < SMALLEST) return null;
  return {
    batch,
    height,
    width,
    channels,
    outputs: kernelShape[3]!,
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
  if (u.outputs <= FEW_OUTPUTS) return upsampledForwardSlim(emit, low, kernel, u, bias);
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
  return interleavePhases(emit, emit.concat(phases, 1), u, u.outputs);
}

/** The kernel's gradient, one segment per kernel tap, from low [N,H,W,C] and the cotangent [N,2H,2W,O]. */
export function upsampledKernelSegments(
  emit: Emitter,
  low: Tensor,
  cotangent: Tensor,
  u: Upsampled,
): readonly Segment[] {
  const parts = new Map<string, string[]>();
  const collect = (row: number, column: number, value: string) => {
    const key = `${row},${column}`;
    parts.set(key, [...(parts.get(key) ?? []), value]);
  };
  for (const product of phasePairs.flatMap(phase => productsOf(u, phase))) {
    const window = lowWindow(emit, low, product.shift, u);
    const value = gemm(emit, window, phaseOf(emit, cotangent, product.phase, [0, 0], u), {
      transposeA: true,
    });
    for (const row of product.kernelRows)
      for (const column of product.kernelColumns) collect(row, column, value);
  }
  const size = u.channels * u.outputs;
  return kernelTaps(u).map(([row, column], i) => {
    const values = parts.get(`${row},${column}`)!;
    const value = values.length === 1 ? values[0]! : emit.node('Sum', values);
    return { value, offset: i * size, shape: [u.channels, u.outputs] };
  });
}

/** sumPool2d(conv2dInput(cotangent, kernel)): the cotangent of the low-resolution image, [N,H,W,C]. */
export function upsampledInputBackward(
  emit: Emitter,
  cotangent: Tensor,
  kernel: Tensor,
  u: Upsampled,
): string {
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

/** All four phases in one product per shift: kernels [C, 4·O], zeros where a phase does not reach. */
function upsampledForwardSlim(
  emit: Emitter,
  low: Tensor,
  kernel: Tensor,
  u: Upsampled,
  bias: string | undefined,
): string {
  const products = phasePairs.flatMap(phase => productsOf(u, phase));
  const zero = emit.builder.floats(new Float32Array(u.channels * u.outputs), [u.channels, u.outputs]);
  const shifts = new Map(products.map(({ shift }) => [shift.join(), shift]));
  const sum = sumOfProducts(
    emit,
    [...shifts.values()].map(shift => {
      const kernels = phasePairs.map(phase => {
        const product = products.find(each => same(each.phase, phase) && same(each.shift, shift));
        return product ? summedKernel(emit, kernel, product, u) : zero;
      });
      return [lowWindow(emit, low, shift, u), emit.concat(kernels, 1)];
    }),
    { plus: bias === undefined ? undefined : emit.concat([bias, bias, bias, bias], 0) },
  );
  return interleavePhases(emit, sum, u, u.outputs);
}

const phasePairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

const same = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] === b[0] && a[1] === b[1];

function productsOf(u: Upsampled, phase: readonly [number, number]): Product[] {
  const columns = tapGroups(u.kernelWidth, u.left, phase[1]);
  return tapGroups(u.kernelHeight, u.top, phase[0]).flatMap(([down, rows]) =>
    columns.map(
      ([right, kernelColumns]) => ({ phase, shift: [down, right], kernelRows: rows, kernelColumns }) as const,
    ),
  );
}

/** Kernel positions along one axis by the low-resolution shift that they fall on. */
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

/** Σ kernel[a, b] over a product's rows and columns, [C, O]; rows first, which other products share. */
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
  const margin =
    shift[0] === 0 && shift[1] === 0 ? 0 : Math.ceil(Math.max(u.kernelHeight, u.kernelWidth) / 4);
  const border = [0, 2 * margin, 2 * margin, 0];
  const padded = emit.pad(emit.value(high), border, border);
  const view = emit.reshape(padded, [u.batch, u.height + 2 * margin, 2, u.width + 2 * margin, 2 * u.outputs]);
  const block = emit.slice(
    view,
    [1, 2, 3, 4],
    [margin + shift[0], phase[0], margin + shift[1], phase[1] * u.outputs],
    [u.height, 1, u.width, u.outputs],
  );
  return emit.reshape(block, [u.batch * u.height * u.width, u.outputs]);
}

/** [N·H·W, 4·O], phases side by side → [N, 2H, 2W, O]. */
function interleavePhases(emit: Emitter, phases: string, u: Upsampled, outputs: number): string {
  const rows = [0, 1].map(row => {
    const half = emit.slice(phases, [1], [row * 2 * outputs], [2 * outputs]);
    return emit.reshape(half, [u.batch, u.height, 1, u.width * 2 * outputs]);
  });
  return emit.reshape(emit.concat(rows, 2), [u.batch, 2 * u.height, 2 * u.width, outputs]);
}

import { elements, type Shape, showShape } from '../../core/shape.ts';
import { type Attributes, apply, type Op, type Tensor } from '../tensor.ts';

/**
 * A convolution relates three arrays: y[n,i,j,o] = Σ x[n, s·i+a−top, s·j+b−left, c] · kernel[a,b,c,o].
 * This is linear in x and in the kernel. There is an op for each of the three arrays, and every gradient of one of these
 * ops is another of them.
 */
export interface ConvAttributes extends Attributes {
  readonly stride: number;
  /** Zeros around x: top, left, bottom, right. */
  readonly padding: readonly number[];
}

export interface ConvInputAttributes extends ConvAttributes {
  /** Shape of x, which the shapes of y and the kernel do not determine. */
  readonly inputShape: readonly number[];
}

export interface ConvKernelAttributes extends ConvAttributes {
  /** Shape of the kernel: height, width, input channels, output channels. */
  readonly kernelShape: readonly number[];
}

/** x [N,H,W,C], kernel [kh,kw,C,O] → y [N,h,w,O]. */
export const conv2dOp: Op<ConvAttributes> = {
  name: 'conv2d',
  shape: ([x, kernel], attributes) => {
    const [, , , channels] = x!;
    if (kernel![2] !== channels) return `kernel expects ${kernel![2]} input channels`;
    return convolvedShape(x!, kernel!, attributes);
  },
  gradient: ({ inputs: [x, kernel], attributes }, g) => [
    () => conv2dInput(g, kernel!, x!.shape, attributes),
    () => conv2dKernel(x!, g, kernel!.shape, attributes),
  ],
  evaluate: ([x, kernel], attributes, shape) => {
    const y = new Float64Array(elements(shape));
    forEachProduct(x!.shape, kernel!.shape, shape, attributes, (xi, ki, yi) => {
      y[yi]! += x!.data[xi]! * kernel!.data[ki]!;
    });
    return y;
  },
};

/** y's cotangent [N,h,w,O], kernel → x's cotangent [N,H,W,C]: a transposed convolution. */
export const conv2dInputOp: Op<ConvInputAttributes> = {
  name: 'conv2dInput',
  shape: ([y, kernel], { inputShape, ...attributes }) =>
    fits(inputShape, kernel!, y!, attributes) ?? inputShape,
  gradient: ({ inputs: [y, kernel], attributes }, g) => [
    () => conv2d(g, kernel!, attributes),
    () => conv2dKernel(g, y!, kernel!.shape, attributes),
  ],
  evaluate: ([y, kernel], attributes, shape) => {
    const x = new Float64Array(elements(shape));
    forEachProduct(shape, kernel!.shape, y!.shape, attributes, (xi, ki, yi) => {
      x[xi]! += y!.data[yi]! * kernel!.data[ki]!;
    });
    return x;
  },
};

/** x, y's cotangent → the kernel's cotangent [kh,kw,C,O]. */
export const conv2dKernelOp: Op<ConvKernelAttributes> = {
  name: 'conv2dKernel',
  shape: ([x, y], { kernelShape, ...attributes }) => fits(x!, kernelShape, y!, attributes) ?? kernelShape,
  gradient: ({ inputs: [x, y], attributes }, g) => [
    () => conv2dInput(y!, g, x!.shape, attributes),
    () => conv2d(x!, g, attributes),
  ],
  evaluate: ([x, y], attributes, shape) => {
    const kernel = new Float64Array(elements(shape));
    forEachProduct(x!.shape, shape, y!.shape, attributes, (xi, ki, yi) => {
      kernel[ki]! += x!.data[xi]! * y!.data[yi]!;
    });
    return kernel;
  },
};

/** [N,H,W,C] → [N,2H,2W,C], each pixel repeated in a 2×2 block (nearest neighbour). */
export const upsample2dOp: Op = {
  name: 'upsample2d',
  shape: ([x]) => [x![0]!, 2 * x![1]!, 2 * x![2]!, x![3]!],
  gradient: (_, g) => [() => sumPool2d(g)],
  evaluate: ([x], _, shape) => {
    const out = new Float64Array(elements(shape));
    forEachBlock(x!.shape, (low, high) => {
      out[high] = x!.data[low]!;
    });
    return out;
  },
};

/** [N,2H,2W,C] → [N,H,W,C], the sum of each 2×2 block: the adjoint of upsample2d. */
export const sumPool2dOp: Op = {
  name: 'sumPool2d',
  shape: ([x]) =>
    x![1]! % 2 === 0 && x![2]! % 2 === 0
      ? [x![0]!, x![1]! / 2, x![2]! / 2, x![3]!]
      : 'height and width must be even',
  gradient: (_, g) => [() => upsample2d(g)],
  evaluate: ([x], _, shape) => {
    const out = new Float64Array(elements(shape));
    forEachBlock(shape, (low, high) => {
      out[low]! += x!.data[high]!;
    });
    return out;
  },
};

function convolvedShape(x: Shape, kernel: Shape, { stride, padding }: ConvAttributes): Shape | string {
  const [top, left, bottom, right] = padding as [number, number, number, number];
  const height = Math.floor((x[1]! + top + bottom - kernel[0]!) / stride) + 1;
  const width = Math.floor((x[2]! + left + right - kernel[1]!) / stride) + 1;
  if (height < 1 || width < 1) return 'the kernel is larger than the padded input';
  return [x[0]!, height, width, kernel[3]!];
}

function fits(x: Shape, kernel: Shape, y: Shape, attributes: ConvAttributes): string | null {
  const expected = convolvedShape(x, kernel, attributes);
  if (typeof expected === 'string') return expected;
  if (x[3] !== kernel[2])
    return `kernel ${showShape(kernel)} expects ${kernel[2]} input channels, not ${x[3]}`;
  const same = expected.length === y.length && expected.every((size, axis) => size === y[axis]);
  return same ? null : `the cotangent must be ${showShape(expected)}`;
}

/** Calls `visit` for every product in the definition of a convolution, with the positions in its three arrays. */
function forEachProduct(
  x: Shape,
  kernel: Shape,
  y: Shape,
  { stride, padding }: ConvAttributes,
  visit: (xi: number, ki: number, yi: number) => void,
): void {
  const [batch, height, width, channels] = x as [number, number, number, number];
  const [kernelHeight, kernelWidth, , outputs] = kernel as [number, number, number, number];
  const [, rows, columns] = y as [number, number, number, number];
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let a = 0; a < kernelHeight; a++)
          for (let b = 0; b < kernelWidth; b++) {
            const row = stride * i + a - padding[0]!;
            const column = stride * j + b - padding[1]!;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let c = 0; c < channels; c++)
              for (let o = 0; o < outputs; o++)
                visit(
                  ((n * height + row) * width + column) * channels + c,
                  ((a * kernelWidth + b) * channels + c) * outputs + o,
                  ((n * rows + i) * columns + j) * outputs + o,
                );
          }
}

/** Calls `visit` for every low-resolution position with each of its four high-resolution positions. */
function forEachBlock(low: Shape, visit: (low: number, high: number) => void): void {
  const [batch, height, width, channels] = low as [number, number, number, number];
  for (let n = 0; n < batch; n++)
    for (let y = 0; y < 2 * height; y++)
      for (let x = 0; x < 2 * width; x++)
        for (let c = 0; c < channels; c++)
          visit(
            ((n * height + (y >> 1)) * width + (x >> 1)) * channels + c,
            ((n * 2 * height + y) * 2 * width + x) * channels + c,
          );
}

/** The padding (top, left, bottom, right) that makes y as large as x divided by the stride: TensorFlow's 'same'. */
export function samePadding(inputSize: Shape, kernelSize: Shape, stride: number): number[] {
  const [vertical, horizontal] = [0, 1].map(axis => {
    const out = Math.ceil(inputSize[axis]! / stride);
    return Math.max((out - 1) * stride + kernelSize[axis]! - inputSize[axis]!, 0);
  }) as [number, number];
  const top = Math.floor(vertical / 2);
  const left = Math.floor(horizontal / 2);
  return [top, left, vertical - top, horizontal - left];
}

/** Convolution: x [N,H,W,C], kernel [kh,kw,C,O] → [N,h,w,O]. Like every op, throws an Error if shapes don't fit. */
export function conv2d(x: Tensor, kernel: Tensor, { stride, padding }: ConvAttributes): Tensor {
  return apply(conv2dOp, [x, kernel], { stride, padding });
}

/** Transposed convolution, the adjoint of {@link conv2d} in x: y [N,h,w,O], kernel [kh,kw,C,O] → `inputShape` [N,H,W,C]. */
export function conv2dInput(
  y: Tensor,
  kernel: Tensor,
  inputShape: Shape,
  { stride, padding }: ConvAttributes,
): Tensor {
  return apply(conv2dInputOp, [y, kernel], { stride, padding, inputShape });
}

/** The adjoint of {@link conv2d} in its kernel: x [N,H,W,C], y [N,h,w,O] → `kernelShape` [kh,kw,C,O]. */
export function conv2dKernel(
  x: Tensor,
  y: Tensor,
  kernelShape: Shape,
  { stride, padding }: ConvAttributes,
): Tensor {
  return apply(conv2dKernelOp, [x, y], { stride, padding, kernelShape });
}

/** Nearest-neighbour upsampling by 2, [N,H,W,C] → [N,2H,2W,C]. */
export const upsample2d = (x: Tensor): Tensor => apply(upsample2dOp, [x], {});
/** Sums of 2×2 blocks, [N,H,W,C] → [N,H/2,W/2,C]. */
export const sumPool2d = (x: Tensor): Tensor => apply(sumPool2dOp, [x], {});

import { elements } from '../core/shape.ts';
import { conv2d } from './ops/convolution.ts';
import { add, divide, multiply, sqrt, square, subtract } from './ops/elementwise.ts';
import { constant } from './ops/leaf.ts';
import { concat, reverse, slice, sum } from './ops/shape.ts';
import { type Composite, Tensor } from './tensor.ts';

/**
 * The attributes of every composite op, by its name. The export target's rules are typed over it, so a missing one does
 * not compile.
 */
export interface CompositeAttributes {
  readonly mean: { readonly axes: readonly number[] };
  readonly averagePool2d: { readonly size: number; readonly stride: number; readonly padding: number };
  readonly reflectPad: { readonly width: number };
  readonly blur: Readonly<Record<never, never>>;
  readonly batchNormTraining: { readonly epsilon: number };
  readonly batchNormInference: { readonly epsilon: number };
  readonly instanceNorm: { readonly epsilon: number };
  readonly dropout: { readonly rate: number };
}

export type CompositeName = keyof CompositeAttributes;

/** A composite op of the name `N`. */
export interface CompositeOf<N extends CompositeName> extends Composite {
  readonly name: N;
  readonly attributes: CompositeAttributes[N];
}

/** Marks `expansion`, the ops that compute a composite op, as the result of that composite. */
function composite<N extends CompositeName>(
  name: N,
  inputs: readonly Tensor[],
  attributes: CompositeAttributes[N],
  expansion: Tensor,
): Tensor {
  const { op, shape, scope } = expansion;
  const marked: CompositeOf<N> = { name, inputs, attributes };
  return new Tensor(op, expansion.inputs, expansion.attributes, shape, scope, marked);
}

/** The composite op that `tensor` is the result of, if its name is `name`. */
export function compositeNamed<N extends CompositeName>(tensor: Tensor, name: N): CompositeOf<N> | null {
  return tensor.composite?.name === name ? (tensor.composite as CompositeOf<N>) : null;
}

/** Mean over `axes`, which stay with length 1. */
export function mean(x: Tensor, axes: readonly number[]): Tensor {
  const longer = axes.filter(axis => x.shape[axis] !== 1);
  if (longer.length === 0) return x;
  const count = elements(longer.map(axis => x.shape[axis]!));
  return composite('mean', [x], { axes: longer }, multiply(sum(x, longer), 1 / count));
}

/**
 * Average pooling: means of size × size blocks; at borders, of the pixels inside the image;
 * [N,H,W,C] → [N,h,w,C] with h = ⌊(H + 2·padding − size) / stride⌋ + 1.
 */
export function averagePool2d(x: Tensor, geometry: CompositeAttributes['averagePool2d']): Tensor {
  const { size, stride, padding } = geometry;
  const channels = x.shape.at(-1)!;
  const kernel = new Float32Array(size * size * channels * channels);
  for (let i = 0; i < size * size * channels; i++) kernel[i * channels + (i % channels)] = 1;
  const sums = conv2d(x, constant(kernel, [size, size, channels, channels]), {
    stride,
    padding: new Array<number>(4).fill(padding),
  });
  const [, rows, columns] = sums.shape as [number, number, number, number];
  const [vertical, horizontal] = [
    pixelsInside(x.shape[1]!, rows, geometry),
    pixelsInside(x.shape[2]!, columns, geometry),
  ];
  const counts = vertical.flatMap(down => horizontal.map(across => down * across));
  return composite('averagePool2d', [x], geometry, divide(sums, constant(counts, [1, rows, columns, 1])));
}

/** How many of each block's rows are inside an image of `length` rows. */
function pixelsInside(
  length: number,
  blocks: number,
  { size, stride, padding }: CompositeAttributes['averagePool2d'],
): number[] {
  return Array.from({ length: blocks }, (_, i) => {
    const first = i * stride - padding;
    return Math.min(first + size, length) - Math.max(first, 0);
  });
}

/**
 * Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015, arXiv:1502.03167): γ · (x − μ) / √(σ² + ε) + β per channel;
 * [N,H,W,C] → `output` of the same shape, `mean` and biased `variance` [1,1,1,C]. γ and β are [C].
 */
export function batchNormTraining(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
): { readonly output: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const { centered, average, variance } = moments(x, [0, 1, 2]);
  const scale = divide(gamma, deviation(variance, epsilon));
  const expansion = add(multiply(centered, scale), beta);
  const output = composite('batchNormTraining', [x, gamma, beta], { epsilon }, expansion);
  return { output, mean: average, variance };
}

/** Batch normalisation by given statistics, each [C] like γ and β; [N,H,W,C] → the same shape. */
export function batchNormInference(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  statistics: { readonly mean: Tensor; readonly variance: Tensor },
  epsilon: number,
): Tensor {
  const scale = divide(gamma, deviation(statistics.variance, epsilon));
  const expansion = add(multiply(x, scale), subtract(beta, multiply(statistics.mean, scale)));
  const inputs = [x, gamma, beta, statistics.mean, statistics.variance];
  return composite('batchNormInference', inputs, { epsilon }, expansion);
}

/**
 * Instance normalisation (Ulyanov et al. 2016, arXiv:1607.08022), (x − μ) / √(σ² + ε) per channel of each image, without
 * scale and shift; [N,H,W,C] → the same shape.
 */
export function instanceNorm(x: Tensor, epsilon: number): Tensor {
  const { centered, variance } = moments(x, [1, 2]);
  return composite('instanceNorm', [x], { epsilon }, divide(centered, deviation(variance, epsilon)));
}

function moments(x: Tensor, axes: readonly number[]) {
  const average = mean(x, axes);
  const centered = subtract(x, average);
  return { average, centered, variance: mean(square(centered), axes) };
}

const deviation = (variance: Tensor, epsilon: number): Tensor => sqrt(add(variance, epsilon));

/**
 * Dropout (Srivastava et al. 2014) by a given mask of x's shape.
 * @param mask 0 with probability `rate`, else 1 / (1 − rate).
 */
export function dropout(x: Tensor, mask: Tensor, rate: number): Tensor {
  return composite('dropout', [x, mask], { rate }, multiply(x, mask));
}

/**
 * Reflection padding: surrounds images by their mirror image, without repeating the border pixels;
 * [N,H,W,C] → [N,H+2·width,W+2·width,C]. Throws an Error unless height and width are larger than `width`.
 */
export function reflectPad(x: Tensor, width: number): Tensor {
  if (width === 0) return x;
  return composite('reflectPad', [x], { width }, reflectAxis(reflectAxis(x, 1, width), 2, width));
}

/**
 * The filter [1 2 1] / 4 down and across, with reflected borders; [N,H,W,C] → the same shape. Taking every second pixel then no
 * longer aliases (Zhang 2019, arXiv:1904.11486, section 3.2). Throws an Error if a side is a single pixel.
 */
export function blur(x: Tensor): Tensor {
  const sums = [1, 1, 2, 2].reduce(neighborSums, reflectPad(x, 1));
  return composite('blur', [x], {}, multiply(sums, 1 / 16));
}

/** Sums of each value and the next along an axis, which becomes one shorter. */
function neighborSums(x: Tensor, axis: number): Tensor {
  const size = x.shape.map((length, i) => (i === axis ? length - 1 : length));
  const from = (first: number) => x.shape.map((_, i) => (i === axis ? first : 0));
  return add(slice(x, from(0), size), slice(x, from(1), size));
}

function reflectAxis(x: Tensor, axis: number, width: number): Tensor {
  const length = x.shape[axis]!;
  if (length <= width) throw new Error(`Cannot reflect ${width} pixels along an axis of ${length}`);
  const strip = (first: number) =>
    reverse(
      slice(
        x,
        x.shape.map((_, i) => (i === axis ? first : 0)),
        x.shape.map((size, i) => (i === axis ? width : size)),
      ),
      axis,
    );
  return concat([strip(1), x, strip(length - 1 - width)], axis);
}

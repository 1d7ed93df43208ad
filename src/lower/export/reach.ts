import { type AttributesOf, type Tensor, topological } from '../../graph/index.ts';
import { is, reflectionOf } from './patterns.ts';

/** A row i of a tensor depends on the image's rows from i · step + low to i · step + high. */
interface Span {
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How many pixels away, at most, lie those of `image` that a pixel of `output` depends on: half of its receptive field.
 * Null where that is the whole image, as with the image's own statistics. Kernels are as wide as they are high.
 */
export function reachOf(output: Tensor, image: Tensor): number | null {
  const spans = new Map<Tensor, Span>();
  for (const tensor of topological([output])) {
    const inputs = tensor.inputs.flatMap(input => spans.get(input) ?? []);
    if (tensor === image) spans.set(tensor, { step: 1, low: 0, high: 0 });
    else if (inputs.length === 0) continue;
    else if (is(tensor, 'sum') && overPixels(tensor)) return null;
    else spans.set(tensor, spanOf(tensor, inputs, spans));
  }
  const { low, high } = spans.get(output) ?? { low: 0, high: 0 };
  return Math.ceil(Math.max(-low, high));
}

function overPixels({ attributes }: Tensor): boolean {
  return (attributes as AttributesOf<'sum'>).axes.some(axis => axis === 1 || axis === 2);
}

function spanOf(tensor: Tensor, inputs: readonly Span[], spans: ReadonlyMap<Tensor, Span>): Span {
  const [first] = inputs as [Span];
  if (is(tensor, 'conv2d')) return convolved(tensor, first);
  if (is(tensor, 'conv2dInput')) return transposed(tensor, first);
  if (is(tensor, 'upsample2d'))
    return { step: first.step / 2, low: first.low - first.step / 2, high: first.high };
  const reflection = reflectionOf(tensor);
  if (reflection) {
    // Behind the border a reflection only repeats what lies as near on this side of it.
    const { step, low, high } = spans.get(reflection.x)!;
    const shift = reflection.axis === 1 ? step * reflection.width : 0;
    return { step, low: low - shift, high: high - shift };
  }
  const low = Math.min(...inputs.map(span => span.low));
  return { step: first.step, low, high: Math.max(...inputs.map(span => span.high)) };
}

/** Row i of y sees rows s·i − p to s·i − p + k − 1 of x. */
function convolved(tensor: Tensor, { step, low, high }: Span): Span {
  const { stride, padding } = tensor.attributes as AttributesOf<'conv2d'>;
  const k = tensor.inputs[1]!.shape[0]!;
  const [top] = padding as [number];
  return { step: step * stride, low: low - top * step, high: high + (k - 1 - top) * step };
}

/** Row i of x sees rows (i + p − k + 1) / s to (i + p) / s of y. */
function transposed(tensor: Tensor, { step, low, high }: Span): Span {
  const { stride, padding } = tensor.attributes as AttributesOf<'conv2dInput'>;
  const k = tensor.inputs[1]!.shape[0]!;
  const [top] = padding as [number];
  return {
    step: step / stride,
    low: low + ((top - k + 1) * step) / stride,
    high: high + (top * step) / stride,
  };
}

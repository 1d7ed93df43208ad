import {
  type AttributesOf,
  type CompositeOf,
  compositeNamed,
  type Tensor,
  topological,
} from '../../graph/index.ts';

/** Row i of a tensor depends on the rows of the image from i · step + low to i · step + high. */
interface Span {
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The receptive field of a pixel of `output`: how many pixels of `image` along one side, centred on its own place, it
 * depends on at most. Null if it depends on the whole image, as with the image's own statistics. Kernels must be square.
 */
export function receptiveFieldOf(output: Tensor, image: Tensor): number | null {
  const spans = new Map<Tensor, Span>();
  for (const tensor of topological([output])) {
    const inputs = tensor.inputs.flatMap(input => spans.get(input) ?? []);
    if (tensor === image) spans.set(tensor, { step: 1, low: 0, high: 0 });
    else if (inputs.length === 0) continue;
    else if (tensor.op.name === 'sum' && overPixels(tensor)) return null;
    else spans.set(tensor, spanOf(tensor, inputs, spans));
  }
  const { low, high } = spans.get(output) ?? { low: 0, high: 0 };
  return 2 * Math.ceil(Math.max(-low, high)) + 1;
}

function overPixels({ attributes }: Tensor): boolean {
  return (attributes as AttributesOf<'sum'>).axes.some(axis => axis === 1 || axis === 2);
}

function spanOf(tensor: Tensor, inputs: readonly Span[], spans: ReadonlyMap<Tensor, Span>): Span {
  const padded = compositeNamed(tensor, 'reflectPad');
  if (padded) return reflected(padded, spans.get(padded.inputs[0]!)!);
  const blurred = compositeNamed(tensor, 'blur');
  if (blurred) return widened(spans.get(blurred.inputs[0]!)!);
  const [first] = inputs as [Span];
  if (tensor.op.name === 'conv2d') return convolved(tensor, first);
  if (tensor.op.name === 'conv2dInput') return transposed(tensor, first);
  if (tensor.op.name === 'upsample2d') return upsampled(first);
  if (tensor.op.name === 'sumPool2d')
    return { step: 2 * first.step, low: first.low, high: first.high + first.step };
  const low = Math.min(...inputs.map(span => span.low));
  return { step: first.step, low, high: Math.max(...inputs.map(span => span.high)) };
}

/** Row i of y sees row i − width of x; a row beyond the border repeats one as near to it inside. */
function reflected({ attributes: { width } }: CompositeOf<'reflectPad'>, { step, low, high }: Span): Span {
  return { step, low: low - step * width, high: high - step * width };
}

/** Row i of y sees rows i − 1 to i + 1 of x. */
function widened({ step, low, high }: Span): Span {
  return { step, low: low - step, high: high + step };
}

/** Row i of y sees row ⌊i / 2⌋ of x. */
function upsampled({ step, low, high }: Span): Span {
  return { step: step / 2, low: low - step / 2, high };
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

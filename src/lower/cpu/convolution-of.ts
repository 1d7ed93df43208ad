import type { AttributesOf, Tensor } from '../../graph/index.ts';
import type { Convolution } from './forms.ts';
import { geometry } from './windows.ts';

type Attributes = AttributesOf<'conv2d'>;

/** The pass of a convolution that a tensor is the result of; null for other tensors. */
export function convolutionOf(tensor: Tensor): Convolution | null {
  const { op, inputs, shape, scope } = tensor;
  const attributes = tensor.attributes as Attributes;
  const [first, second] = inputs;
  if (op.name === 'conv2d') {
    return { pass: 'forward', scope, ...sizes(first!, second!.shape, shape, attributes) };
  }
  if (op.name === 'conv2dKernel') {
    return { pass: 'kernel', scope, ...sizes(first!, shape, second!.shape, attributes) };
  }
  if (op.name === 'conv2dInput') {
    const full = geometry(shape, second!.shape, first!.shape, attributes);
    return { pass: 'input', scope, upsampled: false, geometry: full };
  }
  return op.name === 'sumPool2d' && first!.op.name === 'conv2dInput' ? pooled(tensor, first!) : null;
}

/** The low-resolution image, if x is upsampled. */
export const lowOf = (x: Tensor): Tensor | undefined =>
  x.op.name === 'upsample2d' ? x.inputs[0] : undefined;

type Sizes = Pick<Convolution, 'upsampled' | 'geometry'>;

function sizes(x: Tensor, kernel: Tensor['shape'], y: Tensor['shape'], attributes: Attributes): Sizes {
  const low = lowOf(x);
  const found = low && atLowResolution(low.shape, kernel, y, attributes);
  return found ?? { upsampled: false, geometry: geometry(x.shape, kernel, y, attributes) };
}

/** The cotangent of an upsampled image, pooled to that of the image itself. */
function pooled({ shape, scope }: Tensor, { inputs: [y, kernel], attributes }: Tensor): Convolution | null {
  const found = atLowResolution(shape, kernel!.shape, y!.shape, attributes as Attributes);
  return found && { pass: 'input', scope, ...found };
}

/** The sizes for an image that is upsampled ×2; null if stride or padding change the size. */
function atLowResolution(
  low: Tensor['shape'],
  kernel: Tensor['shape'],
  y: Tensor['shape'],
  attributes: Attributes,
): Sizes | null {
  const found = geometry(low, kernel, y, attributes);
  const keepsSize = found.rows === 2 * found.height && found.columns === 2 * found.width;
  return found.stride === 1 && keepsSize ? { upsampled: true, geometry: found } : null;
}

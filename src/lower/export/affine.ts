import { sameShape } from '../../core/shape.ts';
import { compositeNamed, type Tensor } from '../../graph/index.ts';
import type { Constants } from './constants.ts';

/** x · scale + shift with a constant for each channel; null where it would be 1 or 0. */
export interface Affine {
  readonly x: Tensor;
  readonly scale: Float64Array | null;
  readonly shift: Float64Array | null;
}

/**
 * `tensor` as a scale and a shift of the tensor in front of its bias or of its batch norm with given statistics, or of
 * several of these in a row.
 */
export function affineOf(tensor: Tensor, constants: Constants): Affine {
  const step = batchNormOf(tensor, constants) ?? biasOf(tensor, constants);
  return step ? after(affineOf(step.x, constants), step) : { x: tensor, scale: null, shift: null };
}

/** A batch norm with given statistics: scale γ / √(σ² + ε), shift β − μ · scale. */
function batchNormOf(tensor: Tensor, constants: Constants): Affine | null {
  const norm = compositeNamed(tensor, 'batchNormInference');
  if (!norm) return null;
  const [x, ...parameters] = norm.inputs as [Tensor, ...Tensor[]];
  const [gamma, beta, mean, variance] = parameters.map(each => constants.required(each));
  // Rounded to float32, as in the layer's expansion.
  const epsilon = Math.fround(norm.attributes.epsilon);
  const scale = Float64Array.from(gamma!, (value, i) => value / Math.sqrt(variance![i]! + epsilon));
  return { x, scale, shift: Float64Array.from(beta!, (value, i) => value - mean![i]! * scale[i]!) };
}

/** A constant per channel, added to an image. */
function biasOf(tensor: Tensor, constants: Constants): Affine | null {
  if (tensor.composite || tensor.op.name !== 'add') return null;
  const [x, bias] = tensor.inputs as [Tensor, Tensor];
  const values = sameShape(bias.shape, x.shape.slice(3)) ? constants.valuesOf(bias) : null;
  return values && { x, scale: null, shift: Float64Array.from(values) };
}

/** `inner` followed by `outer`. */
function after(inner: Affine, outer: Affine): Affine {
  const scaled = (values: Float64Array | null) =>
    values && (outer.scale ? values.map((value, i) => value * outer.scale![i]!) : values);
  const shift = scaled(inner.shift);
  return {
    x: inner.x,
    scale: scaled(inner.scale) ?? outer.scale,
    shift: shift && outer.shift ? shift.map((value, i) => value + outer.shift![i]!) : (shift ?? outer.shift),
  };
}

import type { Tensor } from '../../graph/index.ts';
import type { Constants } from './constants.ts';
import { is, meanOf, normalisationOf } from './patterns.ts';

/** x · scale + shift with a constant for each channel; null where it would be 1 or 0. */
export interface Affine {
  readonly x: Tensor;
  readonly scale: Float64Array | null;
  readonly shift: Float64Array | null;
}

/**
 * What `tensor` is of the last tensor in front of it that more than constants per channel went into:
 * a bias, a batch norm with fixed statistics, or several such steps taken together.
 */
export function affineOf(tensor: Tensor, constants: Constants): Affine {
  let affine: Affine = { x: tensor, scale: null, shift: null };
  for (;;) {
    const inner = peeled(affine, constants);
    if (!inner) return affine;
    affine = inner;
  }
}

function peeled({ x: tensor, scale, shift }: Affine, constants: Constants): Affine | null {
  if (!is(tensor, 'add') && !is(tensor, 'multiply')) return null;
  if (meanOf(tensor) || normalisationOf(tensor)) return null;
  const split = channelOperand(tensor, constants);
  if (!split) return null;
  const { x, operand } = split;
  if (is(tensor, 'multiply'))
    return { x, scale: scale ? combine(scale, operand, 'multiply') : operand, shift };
  const added = scale ? combine(scale, operand, 'multiply') : operand;
  return { x, scale, shift: shift ? combine(shift, added, 'add') : added };
}

/** The operand that is constant per channel, and the other, which has the result's shape. */
function channelOperand(tensor: Tensor, constants: Constants): { x: Tensor; operand: Float64Array } | null {
  const channels = tensor.shape.at(-1)!;
  for (const [x, other] of [tensor.inputs, tensor.inputs.toReversed()] as [Tensor, Tensor][]) {
    const values = constants.valuesOf(other);
    if (!values || constants.valuesOf(x) || x.shape.length !== 4) continue;
    if (values.length !== channels && values.length !== 1) continue;
    if (other.shape.length > 0 && other.shape.at(-1) !== values.length) continue;
    return { x, operand: Float64Array.from({ length: channels }, (_, i) => values[i % values.length]!) };
  }
  return null;
}

function combine(a: Float64Array, b: Float64Array, how: 'add' | 'multiply'): Float64Array {
  return a.map((value, i) => (how === 'add' ? value + b[i]! : value * b[i]!));
}

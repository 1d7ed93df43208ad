import type { Tensor } from '../../graph/index.ts';

/** Where each axis of [N, H, W, C] is in the exported model's [N, C, H, W]. */
export const axisInside = [0, 2, 3, 1] as const;

/** Throws an Error: `tensor` can't be part of an exported model. */
export function refuse(tensor: Tensor, reason: string): never {
  const { name } = tensor.composite ?? tensor.op;
  throw new Error(`Cannot export ${name} at "${tensor.scope}": ${reason}`);
}

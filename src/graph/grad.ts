import { sameShape, showShape } from '../core/shape.ts';
import { add } from './ops/elementwise.ts';
import { fill } from './ops/leaf.ts';
import { reshape, sumTo } from './ops/shape.ts';
import { withScope } from './scope.ts';
import type { Tensor } from './tensor.ts';
import { topological } from './walk.ts';

/**
 * Reverse-mode derivatives of a scalar with respect to `wrt`, as more graph.
 * Only what lies on a path from `wrt` to `loss` is built; a tensor that the loss does not depend on throws.
 * @param scale a scalar that multiplies them, from the start of the backward pass on.
 * @returns one tensor per entry of `wrt`, of its shape.
 */
export function grad(loss: Tensor, wrt: readonly Tensor[], scale?: Tensor): Tensor[] {
  if (
    !sameShape(
      loss.shape.filter(size => size !== 1),
      [],
    )
  ) {
    throw new Error(`Cannot differentiate ${showShape(loss.shape)}: the loss must be a scalar`);
  }
  const order = topological([loss]);
  const reaching = reachingFrom(wrt, order);
  const cotangents = new Map<Tensor, Tensor>([
    [loss, scale ? reshape(scale, loss.shape) : fill(1, loss.shape)],
  ]);
  for (const tensor of order.reverse()) {
    const cotangent = cotangents.get(tensor);
    if (!cotangent || !reaching.has(tensor)) continue;
    const rules = tensor.op.gradient(
      { inputs: tensor.inputs, output: tensor, attributes: tensor.attributes },
      cotangent,
    );
    withScope(`${tensor.scope}/grad`, () => {
      tensor.inputs.forEach((input, i) => {
        const rule = rules[i];
        if (rule && reaching.has(input)) accumulate(cotangents, input, sumTo(rule(), input.shape));
      });
    });
  }
  return wrt.map(tensor => {
    const cotangent = cotangents.get(tensor);
    if (!cotangent) throw new Error(`Cannot differentiate: the loss does not depend on "${tensor.scope}"`);
    return cotangent;
  });
}

/** The tensors whose value depends on one of `sources`. */
function reachingFrom(sources: readonly Tensor[], order: readonly Tensor[]): Set<Tensor> {
  const reaching = new Set(sources);
  for (const tensor of order) {
    if (tensor.inputs.some(input => reaching.has(input))) reaching.add(tensor);
  }
  return reaching;
}

function accumulate(cotangents: Map<Tensor, Tensor>, tensor: Tensor, more: Tensor): void {
  const sofar = cotangents.get(tensor);
  cotangents.set(tensor, sofar ? add(sofar, more) : more);
}

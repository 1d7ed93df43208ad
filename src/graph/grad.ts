import { sameShape, showShape } from '../core/shape.ts';
import { add } from './ops/elementwise.ts';
import { fill } from './ops/leaf.ts';
import { reshape, sumTo } from './ops/shape.ts';
import { type Tensor, topological, withScope } from './tensor.ts';

/**
 * Reverse-mode derivatives of a scalar with respect to the tensors of `wrt`, as further graph. Only what is on a path from
 * `wrt` to `loss` is built. Throws an Error if the loss is not a scalar or does not depend on one of `wrt`.
 * @param scale a scalar that the derivatives are multiplied by, from the start of the backward pass.
 * @returns one tensor for each entry of `wrt`, with its shape.
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
  const dependents = dependentsOf(wrt, order);
  const cotangents = new Map<Tensor, Tensor>([
    [loss, scale ? reshape(scale, loss.shape) : fill(1, loss.shape)],
  ]);
  for (const tensor of order.reverse()) {
    const cotangent = cotangents.get(tensor);
    if (!cotangent || !dependents.has(tensor)) continue;
    const rules = tensor.op.gradient(
      { inputs: tensor.inputs, output: tensor, attributes: tensor.attributes },
      cotangent,
    );
    withScope(`${tensor.scope}/grad`, () => {
      tensor.inputs.forEach((input, i) => {
        const rule = rules[i];
        if (rule && dependents.has(input)) accumulate(cotangents, input, sumTo(rule(), input.shape));
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
function dependentsOf(sources: readonly Tensor[], order: readonly Tensor[]): Set<Tensor> {
  const dependents = new Set(sources);
  for (const tensor of order) {
    if (tensor.inputs.some(input => dependents.has(input))) dependents.add(tensor);
  }
  return dependents;
}

function accumulate(cotangents: Map<Tensor, Tensor>, tensor: Tensor, more: Tensor): void {
  const sofar = cotangents.get(tensor);
  cotangents.set(tensor, sofar ? add(sofar, more) : more);
}

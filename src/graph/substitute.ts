import type { InputAttributes } from './ops/leaf.ts';
import { inputOp } from './ops/leaf.ts';
import { type Tensor, withInputs } from './tensor.ts';
import { topological } from './walk.ts';

/**
 * The graph that computes `outputs`, with tensors in place of some inputs: this is how graphs are chained.
 * What depends on none of the replaced inputs stays as it is.
 * @param replacements by input name, each of its input's shape.
 */
export function substitute(
  outputs: Readonly<Record<string, Tensor>>,
  replacements: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const replaced = new Map<Tensor, Tensor>();
  const now = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor;
  for (const tensor of topological(Object.values(outputs))) {
    if (tensor.op.name === inputOp.name) {
      const { name } = tensor.attributes as InputAttributes;
      if (Object.hasOwn(replacements, name)) replaced.set(tensor, replacements[name]!);
    } else {
      replaced.set(tensor, withInputs(tensor, now));
    }
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, now(tensor)]));
}

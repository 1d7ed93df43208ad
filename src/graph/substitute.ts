import type { InputAttributes } from './ops/leaf.ts';
import { inputOp } from './ops/leaf.ts';
import { Tensor } from './tensor.ts';
import { topological } from './walk.ts';

/**
 * The graph that computes `outputs`, with tensors in place of some inputs: how graphs are put one behind the other.
 * What depends on none of the replaced inputs stays as it is.
 * @param replacements by input name, each of its input's shape.
 */
export function substitute(
  outputs: Readonly<Record<string, Tensor>>,
  replacements: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const replaced = new Map<Tensor, Tensor>();
  for (const tensor of topological(Object.values(outputs))) {
    if (tensor.op.name === inputOp.name) {
      const { name } = tensor.attributes as InputAttributes;
      if (Object.hasOwn(replacements, name)) replaced.set(tensor, replacements[name]!);
    } else if (tensor.inputs.some(input => replaced.has(input))) {
      const inputs = tensor.inputs.map(input => replaced.get(input) ?? input);
      replaced.set(tensor, new Tensor(tensor.op, inputs, tensor.attributes, tensor.shape, tensor.scope));
    }
  }
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, replaced.get(tensor) ?? tensor]),
  );
}

import { inputName } from './ops/leaf.ts';
import { type Tensor, topological, withInputs } from './tensor.ts';

/**
 * The graph of `outputs` with tensors in place of some of its inputs, such as the outputs of another graph.
 * Tensors that depend on none of the replaced inputs stay the same.
 * @param replacements by input name, each with the shape of its input.
 */
export function substitute(
  outputs: Readonly<Record<string, Tensor>>,
  replacements: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const replaced = new Map<Tensor, Tensor>();
  const now = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor;
  for (const tensor of topological(Object.values(outputs))) {
    const name = inputName(tensor);
    if (name !== null) {
      if (Object.hasOwn(replacements, name)) replaced.set(tensor, replacements[name]!);
    } else {
      replaced.set(tensor, withInputs(tensor, now));
    }
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, now(tensor)]));
}

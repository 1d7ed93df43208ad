import type { Tensor } from './tensor.ts';

/**
 * All tensors that `outputs` are computed from, each after its inputs. Iterative, because graphs can be deep.
 * @param inputsOf what a tensor is computed from.
 */
export function topological(
  outputs: readonly Tensor[],
  inputsOf: (tensor: Tensor) => readonly Tensor[] = tensor => tensor.inputs,
): Tensor[] {
  const seen = new Set<Tensor>();
  const waiting = [...outputs];
  while (waiting.length > 0) {
    const tensor = waiting.pop()!;
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    waiting.push(...inputsOf(tensor));
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

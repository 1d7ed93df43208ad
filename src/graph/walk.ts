import type { Tensor } from './tensor.ts';

/** Everything that `outputs` are made of, inputs before what uses them; iterative, for deep graphs. */
export function topological(outputs: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>();
  const waiting = [...outputs];
  while (waiting.length > 0) {
    const tensor = waiting.pop()!;
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    waiting.push(...tensor.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

import { input, inputName } from './ops/leaf.ts';
import { type Tensor, topological, withInputs } from './tensor.ts';

/** The outputs of a graph by name. */
type Outputs = Readonly<Record<string, Tensor>>;

/**
 * Two graphs, of which the second no longer computes what it has in common with the first: such tensors become outputs of the
 * first and inputs of the second, of the same names.
 * @param changed names of inputs that have other values in the second graph.
 * @param isKept whether a tensor is handed over; others are computed again.
 * @param nameOf the name of each tensor that is handed over.
 */
export function handOver(
  first: Outputs,
  second: Outputs,
  changed: ReadonlySet<string>,
  isKept: (tensor: Tensor) => boolean,
  nameOf: (index: number) => string,
): { readonly first: Outputs; readonly second: Outputs } {
  const numbers = numberEqual([...Object.values(first), ...Object.values(second)]);
  const numberOf = (tensor: Tensor): number => numbers.get(tensor)!;
  const inFirst = new Map(topological(Object.values(first)).map(tensor => [numberOf(tensor), tensor]));
  const names = new Map(Object.entries(first).map(([name, tensor]) => [numberOf(tensor), name]));
  const differs = new Set<Tensor>();
  const replaced = new Map<Tensor, Tensor>();
  const twins = new Map<Tensor, Tensor>();
  const now = (tensor: Tensor): Tensor => replaced.get(tensor)!;
  for (const tensor of topological(Object.values(second))) {
    const number = numberOf(tensor);
    if (tensor.inputs.some(each => differs.has(each)) || changed.has(inputName(tensor) ?? ''))
      differs.add(tensor);
    const twin = differs.has(tensor) || !isKept(tensor) ? undefined : inFirst.get(number);
    if (twin) {
      const name = names.get(number) ?? nameOf(twins.size);
      names.set(number, name);
      const taken = input(name, tensor.shape);
      twins.set(taken, twin);
      replaced.set(tensor, taken);
    } else {
      replaced.set(tensor, withInputs(tensor, now));
    }
  }
  const rest = Object.fromEntries(Object.entries(second).map(([name, tensor]) => [name, now(tensor)]));
  const needed = topological(Object.values(rest)).filter(tensor => twins.has(tensor));
  const kept = needed.map(tensor => [inputName(tensor), twins.get(tensor)!]);
  return { first: { ...first, ...Object.fromEntries(kept) }, second: rest };
}

/** Numbers tensors so that those have the same number that the same ops compute from the same inputs. */
function numberEqual(outputs: readonly Tensor[]): ReadonlyMap<Tensor, number> {
  const byKey = new Map<string, number>();
  const numbers = new Map<Tensor, number>();
  for (const tensor of topological(outputs)) {
    const attributes = JSON.stringify(tensor.attributes, (_, value) =>
      value instanceof Float32Array ? value.join() : value,
    );
    const key = [tensor.op.name, attributes, ...tensor.inputs.map(each => numbers.get(each))].join(' ');
    const number = byKey.get(key) ?? byKey.size;
    byKey.set(key, number);
    numbers.set(tensor, number);
  }
  return numbers;
}

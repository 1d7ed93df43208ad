import { showShape } from '../core/shape.ts';
import { constantOp, inputOp } from './ops/leaf.ts';
import { type Attributes, type Composite, type Tensor, topological } from './tensor.ts';

/**
 * A graph as text, one line for each tensor:
 * `%3 [1, 4, 4, 8] = conv2d(%1, %2) stride=2 padding=[1, 1, 1, 1]   # G/down1/conv`.
 * A composite op is one line as well; tensors of its expansion appear only if something else uses them.
 * @param outputs the named results, listed at the end.
 */
export function printGraph(outputs: Readonly<Record<string, Tensor>>): string {
  const order = topological(Object.values(outputs), tensor => shown(tensor).inputs);
  const names = new Map(order.map((tensor, i) => [tensor, `%${i}`]));
  const lines = order.map(tensor => {
    const { name, inputs, attributes } = shown(tensor);
    const operands = inputs.map(input => names.get(input)).join(', ');
    const scope = tensor.scope ? `   # ${tensor.scope}` : '';
    return `${names.get(tensor)} ${showShape(tensor.shape)} = ${name}(${operands})${showAttributes(name, attributes)}${scope}`;
  });
  const results = Object.entries(outputs).map(([name, tensor]) => `${name} = ${names.get(tensor)}`);
  return [...lines, ...results].join('\n');
}

/** The composite op that `tensor` is the result of, or else its op. */
function shown({ composite, op, inputs, attributes }: Tensor): Composite {
  return composite ?? { name: op.name, inputs, attributes };
}

function showAttributes(name: string, attributes: Attributes): string {
  if (name === inputOp.name) return ` "${String(attributes.name)}"`;
  if (name === constantOp.name) return ` ${showValues(attributes.values as Float32Array)}`;
  return Object.entries(attributes)
    .map(([key, value]) => ` ${key}=${Array.isArray(value) ? showShape(value as number[]) : String(value)}`)
    .join('');
}

function showValues(values: Float32Array): string {
  const shown = [...values.subarray(0, 4)].map(value => Number(value.toPrecision(6))).join(', ');
  return values.length > 4 ? `${shown}, … (${values.length})` : shown;
}

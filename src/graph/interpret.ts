import { elements, showShape } from '../core/shape.ts';
import type { NdArray } from './ndarray.ts';
import { type InputAttributes, inputOp } from './ops/leaf.ts';
import { type Tensor, topological } from './tensor.ts';

/**
 * The reference interpreter: evaluates a graph in double precision, each op by its definition.
 * It is slow and simple on purpose; gradients and every lowering are tested against it.
 * @param inputs values by input name, row-major.
 */
export function interpret(
  outputs: readonly Tensor[],
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): NdArray[] {
  const values = new Map<Tensor, NdArray>();
  for (const tensor of topological(outputs)) {
    const data =
      tensor.op.name === inputOp.name
        ? inputValue(tensor, inputs)
        : tensor.op.evaluate(
            tensor.inputs.map(input => values.get(input)!),
            tensor.attributes,
            tensor.shape,
          );
    values.set(tensor, { shape: tensor.shape, data });
  }
  return outputs.map(output => values.get(output)!);
}

function inputValue(tensor: Tensor, inputs: Readonly<Record<string, ArrayLike<number>>>): Float64Array {
  const { name } = tensor.attributes as InputAttributes;
  const value = inputs[name];
  if (value?.length !== elements(tensor.shape)) {
    throw new Error(
      `Cannot evaluate input "${name}": expected ${showShape(tensor.shape)}, got ${value?.length ?? 'no'} values`,
    );
  }
  return Float64Array.from(value);
}

import { elements, sameShape } from '../core/shape.ts';
import { type ConstantAttributes, constant, constantOp } from './ops/leaf.ts';
import { type Tensor, topological, withInputs } from './tensor.ts';

/** Elements of the largest constant that is computed in advance: larger ones would make the model's file larger. */
const LARGEST_CONSTANT = 4096;

/**
 * A smaller graph for the same values: what depends on constants alone becomes a constant, and an operand that leaves the
 * other one unchanged is removed (see {@link Op.neutral}).
 */
export function simplify(outputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const simpler = new Map<Tensor, Tensor>();
  const now = (tensor: Tensor): Tensor => simpler.get(tensor) ?? tensor;
  for (const tensor of topological(Object.values(outputs))) {
    const rebuilt = withInputs(tensor, now);
    simpler.set(tensor, folded(rebuilt) ?? untouchedOperand(rebuilt) ?? rebuilt);
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, now(tensor)]));
}

function folded({ op, inputs, attributes, shape }: Tensor): Tensor | null {
  if (inputs.length === 0 || !inputs.every(isConstant) || elements(shape) > LARGEST_CONSTANT) return null;
  const values = inputs.map(input => ({ shape: input.shape, data: Float64Array.from(valuesOf(input)) }));
  return constant(op.evaluate(values, attributes, shape), shape);
}

/** The operand that the result equals, if the other is neutral. */
function untouchedOperand({ op: { neutral }, inputs, shape }: Tensor): Tensor | null {
  if (!neutral) return null;
  const others = inputs.filter((input, i) => !isFilledWith(input, neutral[i]!));
  return others.length === 1 && sameShape(others[0]!.shape, shape) ? others[0]! : null;
}

function isFilledWith(tensor: Tensor, number: number | null): boolean {
  return isConstant(tensor) && valuesOf(tensor).every(value => value === number);
}

const isConstant = (tensor: Tensor): boolean => tensor.op.name === constantOp.name;

const valuesOf = (tensor: Tensor): Float32Array => (tensor.attributes as ConstantAttributes).values;

import { elements, type Shape, sameShape } from '../core/shape.ts';
import { negateOp } from './ops/elementwise.ts';
import { type ConstantAttributes, constant, constantOp } from './ops/leaf.ts';
import { broadcastOp, sumOp } from './ops/shape.ts';
import { type Attributes, type Op, Tensor, topological, withInputs } from './tensor.ts';

/** Elements of the largest constant that is computed in advance: larger ones would make the model's file larger. */
const LARGEST_CONSTANT = 4096;

/**
 * A smaller graph for the same values: what depends on constants alone becomes a constant, an operand that leaves the
 * other one unchanged is removed (see {@link Op.neutral}), and elementwise ops come before broadcasts and after sums, where
 * there are fewer elements.
 */
export function simplify(outputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const simpler = new Map<Tensor, Tensor>();
  const now = (tensor: Tensor): Tensor => simpler.get(tensor) ?? tensor;
  for (const tensor of topological(Object.values(outputs))) {
    const rebuilt = withInputs(tensor, now);
    simpler.set(
      tensor,
      folded(rebuilt) ??
        untouchedOperand(rebuilt) ??
        broadcastLast(rebuilt) ??
        summedFirst(rebuilt) ??
        rebuilt,
    );
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

/** An elementwise op of what its operands are before they are broadcast; broadcast itself, unless another operand has its shape. */
function broadcastLast({ op, inputs, attributes, shape, scope, composite }: Tensor): Tensor | null {
  if (!op.elementwise || composite) return null;
  const narrow = inputs.map(input => (input.op.name === broadcastOp.name ? input.inputs[0]! : input));
  if (narrow.every((input, i) => input === inputs[i])) return null;
  const result = computed(op, narrow, attributes, scope);
  return sameShape(result.shape, shape) ? result : computed(broadcastOp as Op, [result], { shape }, scope);
}

/** −Σx for Σ−x. */
function summedFirst({ op, inputs: [x], attributes, scope }: Tensor): Tensor | null {
  if (op.name !== sumOp.name || x!.op.name !== negateOp.name) return null;
  return computed(negateOp, [computed(op, x!.inputs, attributes, scope)], {}, scope);
}

function computed(op: Op, inputs: readonly Tensor[], attributes: Attributes, scope: string): Tensor {
  const shapes = inputs.map(input => input.shape);
  return new Tensor(op, inputs, attributes, op.shape(shapes, attributes) as Shape, scope);
}

function isFilledWith(tensor: Tensor, number: number | null): boolean {
  return isConstant(tensor) && valuesOf(tensor).every(value => value === number);
}

const isConstant = (tensor: Tensor): boolean => tensor.op.name === constantOp.name;

const valuesOf = (tensor: Tensor): Float32Array => (tensor.attributes as ConstantAttributes).values;

import type { NdArray } from '../core/ndarray.ts';
import { type Shape, showShape } from '../core/shape.ts';
import { currentScope } from './scope.ts';

/** What parametrises an op besides its inputs; plain data, so that graphs can be compared and printed. */
export type Attributes = Readonly<
  Record<string, number | string | boolean | readonly number[] | Float32Array | undefined>
>;

/** Builds one input's cotangent on demand, so that only what depends on `wrt` is built. */
export type CotangentRule = (() => Tensor) | null;

/**
 * One primitive operation: what it yields, its derivative and its meaning, side by side.
 * The derivative is more graph, hence differentiable again.
 */
export interface Op<A extends Attributes = Attributes> {
  readonly name: string;
  /** The result's shape; a string says why the inputs don't fit. */
  shape(inputs: readonly Shape[], attributes: A): Shape | string;
  /** Per input, the rule for its cotangent (vector–Jacobian product); null where there is none. */
  gradient(node: Node<A>, cotangent: Tensor): readonly CotangentRule[];
  /** Per input, the number that leaves the other input as it is when this one is filled with it; null: there is none. */
  readonly neutral?: readonly (number | null)[];
  /** The reference meaning in double precision. */
  evaluate(inputs: readonly NdArray[], attributes: A, shape: Shape): Float64Array;
}

/**
 * An op that is computed by other ops: a layer. Its result is a tensor of the last of those ops that remembers the layer,
 * so gradients, the interpreter and targets see primitive ops alone, and a target may have a direct rule for the layer.
 */
export interface Composite {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
}

/** What an op's gradient rule sees of the node that it differentiates. */
export interface Node<A extends Attributes = Attributes> {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attributes: A;
}

let created = 0;

/** A symbolic value with a static shape: the result of an op applied to other values. */
export class Tensor {
  /** Order of creation: inputs always have smaller numbers than what is made of them. */
  readonly id = created++;

  constructor(
    readonly op: Op,
    readonly inputs: readonly Tensor[],
    readonly attributes: Attributes,
    readonly shape: Shape,
    /** Where in the model it was made, `G/down3/conv`. */
    readonly scope: string,
    /** The layer whose result it is. */
    readonly composite: Composite | null = null,
  ) {}
}

/** The tensor with other inputs, also as a layer; the tensor itself where none of its inputs is replaced. */
export function withInputs(tensor: Tensor, replace: (input: Tensor) => Tensor): Tensor {
  const { op, attributes, shape, scope, composite } = tensor;
  const inputs = tensor.inputs.map(replace);
  if (inputs.every((input, i) => input === tensor.inputs[i])) return tensor;
  const layer = composite && { ...composite, inputs: composite.inputs.map(replace) };
  return new Tensor(op, inputs, attributes, shape, scope, layer);
}

/** Applies an op. Throws an Error that names the scope and the shapes where they don't fit. */
export function apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const shape = op.shape(
    inputs.map(input => input.shape),
    attributes,
  );
  if (typeof shape === 'string') {
    const given = inputs.map(input => showShape(input.shape)).join(' and ');
    throw new Error(`Cannot add ${op.name} at "${currentScope()}": ${shape}, got ${given}`);
  }
  return new Tensor(op as Op, inputs, attributes, shape, currentScope());
}

import { type Shape, showShape } from '../core/shape.ts';
import type { NdArray } from './ndarray.ts';

/** The parameters of an op besides its inputs; plain data, so that graphs can be compared and printed. */
export type Attributes = Readonly<
  Record<string, number | string | boolean | readonly number[] | Float32Array | undefined>
>;

/** Builds the cotangent of one input when called, so that no gradient is built that is not needed. */
export type CotangentRule = (() => Tensor) | null;

/**
 * A primitive operation: its result's shape, its derivative and its definition, side by side.
 * The derivative is graph as well, so it can be differentiated again.
 */
export interface Op<A extends Attributes = Attributes> {
  readonly name: string;
  /** The result's shape, or as a string the reason why the inputs do not fit. */
  shape(inputs: readonly Shape[], attributes: A): Shape | string;
  /** For each input the rule for its cotangent (vector–Jacobian product), null if it has no derivative. */
  gradient(node: Node<A>, cotangent: Tensor): readonly CotangentRule[];
  /** Each element of the result is computed from one element of each input; inputs that broadcast repeat theirs. */
  readonly elementwise?: true;
  /** For each input the number that leaves the other input unchanged, such as 0 in a sum; null if there is none. */
  readonly neutral?: readonly (number | null)[];
  /** The definition, in double precision. */
  evaluate(inputs: readonly NdArray[], attributes: A, shape: Shape): Float64Array;
}

/**
 * A composite op: computed by other ops, its expansion, whose result remembers the composite. Gradients, the interpreter
 * and most targets see the expansion only; a target may have a rule for the composite.
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
  /** Order of creation: a tensor has a larger number than its inputs. */
  readonly id = created++;

  constructor(
    readonly op: Op,
    readonly inputs: readonly Tensor[],
    readonly attributes: Attributes,
    readonly shape: Shape,
    /** Where in the model it was made, `G/down3/conv`. */
    readonly scope: string,
    /** The composite op whose result it is. */
    readonly composite: Composite | null = null,
  ) {}
}

/** A copy of the tensor with its inputs, and its composite's, replaced; the tensor itself if nothing changes. */
export function withInputs(tensor: Tensor, replace: (input: Tensor) => Tensor): Tensor {
  const { op, attributes, shape, scope, composite } = tensor;
  const inputs = tensor.inputs.map(replace);
  if (inputs.every((input, i) => input === tensor.inputs[i])) return tensor;
  const replaced = composite && { ...composite, inputs: composite.inputs.map(replace) };
  return new Tensor(op, inputs, attributes, shape, scope, replaced);
}

/** Applies an op. Throws an Error that names the scope and the shapes if the shapes do not fit. */
export function apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const shape = op.shape(
    inputs.map(input => input.shape),
    attributes,
  );
  if (typeof shape === 'string') {
    const given = inputs.map(input => showShape(input.shape)).join(' and ');
    throw new Error(`Cannot apply ${op.name} at "${currentScope()}": ${shape}, got ${given}`);
  }
  return new Tensor(op as Op, inputs, attributes, shape, currentScope());
}

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

const scopes: string[] = [];

/** Runs `build` with `name` added to the scopes that tensors get as their scope: `G/down3/conv`. */
export function withScope<T>(name: string, build: () => T): T {
  scopes.push(name);
  try {
    return build();
  } finally {
    scopes.pop();
  }
}

/** The current scopes, joined by `/`. */
export function currentScope(): string {
  return scopes.join('/');
}

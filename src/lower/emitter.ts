import { elements, type Shape } from '../core/shape.ts';
import type { Attributes, AttributesOf, CompositeName, CompositeOf, OpName, Tensor } from '../graph/index.ts';
import { inputOp } from '../graph/ops/leaf.ts';
import { GraphBuilder, type NodeAttributes } from '../onnx/builder.ts';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.ts';

/** Translates an op: emits nodes for `tensor` and returns the name of its value, which has the tensor's shape. */
export type Rule<A extends Attributes = Attributes> = (
  emit: Emitter,
  tensor: Tensor,
  attributes: A,
) => string;

/** Rules typed by op: each sees its own op's attributes, and a missing one does not compile. */
export type Rules<Names extends OpName = OpName> = { readonly [N in Names]: Rule<AttributesOf<N>> };

/** Translates a composite op: emits nodes for `tensor`, the result of `composite`, and returns the name of its value. */
export type CompositeRule<N extends CompositeName = CompositeName> = (
  emit: Emitter,
  composite: CompositeOf<N>,
  tensor: Tensor,
) => string;

/** Rules typed by composite op: each sees its own attributes, and a missing one does not compile. */
export type CompositeRules = { readonly [N in CompositeName]: CompositeRule<N> };

/** How many bits a value is stored in. */
export const precisions = ['float32', 'float16'] as const;
/** `fp16` → `float16`: the full name of a precision; other values stay as they are. */
export function fullPrecision(name: unknown): unknown {
  return typeof name === 'string' ? name.replace(/^fp(?=16$|32$)/, 'float') : name;
}

export type Precision = (typeof precisions)[number];

/** A target: how each op becomes ONNX nodes. */
export interface Target {
  readonly name: string;
  readonly rules: Rules;
  /** How each composite op becomes ONNX nodes; without it, its expansion is lowered. */
  readonly compositeRules?: CompositeRules;
  /** The precision that an op computes in; null: that of the op that uses it. Without this rule it is float32. */
  precisionOf?(tensor: Tensor): Precision | null;
  /** The rows of a convolution kernel's gradient as separate values, if the target computes them separately. */
  segments(emit: Emitter, tensor: Tensor): readonly Segment[] | null;
}

/** Part of a tensor, contiguous in row-major order, that is a separate value in the ONNX graph. */
export interface Segment {
  /** Name of the ONNX value. */
  readonly value: string;
  /** First element within the tensor. */
  readonly offset: number;
  readonly shape: Shape;
}

/**
 * Emits ONNX nodes on demand: a rule requests the values of its operands, which are lowered at that point. A rule may
 * also look at how an operand is computed and fuse it; values that no rule requests are never emitted.
 */
export class Emitter {
  /** ONNX inputs by the name of the graph input that they are part of. */
  readonly inputs = new Map<string, Segment[]>();
  private readonly values = {
    float32: new Map<Tensor, string>(),
    float16: new Map<Tensor, string>(),
  } as const satisfies Record<Precision, Map<Tensor, string>>;
  private scope = '';
  /** The precision of the op that is being lowered, and so of the operands that its rule requests. */
  private precision: Precision = 'float32';

  constructor(
    private readonly target: Target,
    readonly builder = new GraphBuilder(),
  ) {}

  /** The ONNX value of `tensor`, with its shape and in the precision of the op that is being lowered. */
  value(tensor: Tensor): string {
    const wanted = this.precision;
    const computed = this.target.precisionOf?.(tensor) ?? wanted;
    const value = this.computed(tensor, computed);
    return computed === wanted ? value : this.cast(value, wanted);
  }

  private computed(tensor: Tensor, precision: Precision): string {
    const known = this.values[precision].get(tensor);
    if (known !== undefined) return known;
    const outer = this.precision;
    this.precision = precision;
    const value = this.builder.inRegion('', () => this.within(tensor, () => this.applyRule(tensor)));
    this.precision = outer;
    this.values[precision].set(tensor, value);
    return value;
  }

  private applyRule(tensor: Tensor): string {
    const { rules, compositeRules } = this.target;
    if (tensor.composite && compositeRules) {
      const composite = tensor.composite as CompositeOf<CompositeName>;
      return (compositeRules[composite.name] as CompositeRule)(this, composite, tensor);
    }
    return (rules[tensor.op.name as OpName] as Rule)(this, tensor, tensor.attributes);
  }

  /** The parts of an output tensor as the target computes them, or one part that is the whole tensor. */
  segments(tensor: Tensor): readonly Segment[] {
    const parts = this.values.float32.has(tensor)
      ? null
      : this.within(tensor, () => this.target.segments(this, tensor));
    return parts ?? [{ value: this.value(tensor), offset: 0, shape: tensor.shape }];
  }

  node(type: string, inputs: readonly string[], attributes: NodeAttributes = {}): string {
    return this.builder.node(type, inputs, attributes, this.scope);
  }

  scalar(value: number): string {
    return this.floats(Float32Array.of(value), []);
  }

  /** A constant in the precision of the op that is being lowered. */
  floats(values: Float32Array, shape: Shape): string {
    const value = this.builder.floats(values, shape);
    return this.precision === 'float32' ? value : this.cast(value, this.precision);
  }

  /**
   * Lets a backward pass compute shifted images and summed kernels again, instead of keeping those of the forward pass:
   * they are cheap to compute, and several times as large as the activations. The operands that `build` requests are shared
   * as always.
   */
  recomputed<T>(build: () => T): T {
    return this.builder.inRegion('backward', build);
  }

  reshape(value: string, shape: Shape): string {
    return this.node('Reshape', [value, this.builder.integers(shape)]);
  }

  /** `axes` restricts the slice to some axes; the others stay whole. */
  slice(value: string, axes: readonly number[], start: readonly number[], size: readonly number[]): string {
    const end = start.map((first, i) => first + size[i]!);
    const operands = [start, end, axes].map(each => this.builder.integers(each));
    return this.node('Slice', [value, ...operands]);
  }

  pad(value: string, before: readonly number[], after: readonly number[]): string {
    if ([...before, ...after].every(count => count === 0)) return value;
    return this.node('Pad', [value, this.builder.integers([...before, ...after])]);
  }

  concat(values: readonly string[], axis: number): string {
    return values.length === 1 ? values[0]! : this.node('Concat', values, { axis });
  }

  /**
   * Part of a graph input as an ONNX input of its own. At run time it is a view of the same memory, so it costs nothing.
   * @param offset of the part's first element; @param shape of the part.
   */
  inputPart(tensor: Tensor, offset: number, shape: Shape): string {
    const name = String(tensor.attributes.name);
    const parts = this.inputs.get(name) ?? [];
    this.inputs.set(name, parts);
    const whole = offset === 0 && elements(shape) === elements(tensor.shape);
    const value = `${name}${whole ? '' : `[${offset}]`}:${shape.join('x')}`;
    if (!parts.some(part => part.value === value)) {
      parts.push({ value, offset, shape });
      this.builder.input(value, shape);
    }
    return value;
  }

  private cast(value: string, precision: Precision): string {
    return this.node('Cast', [value], { to: precision === 'float16' ? DataType.FLOAT16 : DataType.FLOAT });
  }

  private within<T>(tensor: Tensor, emit: () => T): T {
    const outer = this.scope;
    this.scope = tensor.scope || tensor.op.name;
    const result = emit();
    this.scope = outer;
    return result;
  }
}

export const isInput = (tensor: Tensor): boolean => tensor.op.name === inputOp.name;

import { create } from '@bufbuild/protobuf';
import type { Shape } from '../core/shape.ts';
import { encodeModel } from './model.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** Attributes of an ONNX node. Whole numbers become INT; write {@link float} where ONNX expects FLOAT. */
export type NodeAttributes = Readonly<Record<string, number | FloatAttribute | string | readonly number[]>>;

interface FloatAttribute {
  readonly float: number;
}

export const float = (value: number): FloatAttribute => ({ float: value });

/** Sizes of axes; a name is a size that is known only when the model runs. */
export type OpenShape = readonly (number | string)[];

const IR_VERSION = 8n;
const OPSET_VERSION = 17n;

/**
 * Builds an ONNX graph. Values are names. Building an equal node again returns the outputs of the first one (local value
 * numbering), so common subexpressions are computed once.
 */
export class GraphBuilder {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[] = [];
  private readonly inputs: ValueInfoProto[] = [];
  private readonly outputs: ValueInfoProto[] = [];
  private readonly computed = new Set<string>();
  private readonly known = new Map<string, readonly string[]>();
  private counter = 0;
  private region = '';

  /** Adds a node of one output. `scope` names it in profiles and error messages. */
  node(type: string, inputs: readonly string[], attributes: NodeAttributes = {}, scope = ''): string {
    return this.nodeOf(1, type, inputs, attributes, scope)[0]!;
  }

  /** Adds a node of `count` outputs. */
  nodeOf(
    count: number,
    type: string,
    inputs: readonly string[],
    attributes: NodeAttributes = {},
    scope = '',
  ): readonly string[] {
    const key = JSON.stringify([this.region, type, inputs, attributes]);
    const known = this.known.get(key);
    if (known) return known;
    const name = `${scope}/${type}_${this.counter++}`;
    const outputs = Array.from({ length: count }, (_, i) => (count === 1 ? name : `${name}.${i}`));
    const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
    this.nodes.push(
      create(NodeProtoSchema, { name, opType: type, input: [...inputs], output: outputs, attribute }),
    );
    this.known.set(key, outputs);
    for (const output of outputs) this.computed.add(output);
    return outputs;
  }

  /**
   * Runs `build` without sharing nodes of other regions: what was computed before is computed again. This saves memory
   * if large values are cheap to compute and would have to be kept for long.
   */
  inRegion<T>(region: string, build: () => T): T {
    const outer = this.region;
    this.region = region;
    const result = build();
    this.region = outer;
    return result;
  }

  /** Whether a value is computed by a node, rather than an input or a constant. */
  isNodeOutput(value: string): boolean {
    return this.computed.has(value);
  }

  floats(values: Float32Array, shape: Shape): string {
    return this.initializer(DataType.FLOAT, bytesOf(values), shape);
  }

  /** A constant under a name of its own, such as a layer's weights. */
  weights(name: string, values: Float32Array, shape: Shape): string {
    this.initializers.push(
      create(TensorProtoSchema, {
        name,
        dataType: DataType.FLOAT,
        dims: shape.map(BigInt),
        rawData: bytesOf(values),
      }),
    );
    return name;
  }

  /** A vector of int64, for shapes, axes and the like. */
  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values.map(BigInt));
    return this.initializer(DataType.INT64, new Uint8Array(data.buffer), [values.length]);
  }

  /** A constant int32 tensor, for the indices of a Gather. */
  indices(values: Int32Array, shape: Shape): string {
    return this.initializer(DataType.INT32, new Uint8Array(values.buffer), shape);
  }

  input(name: string, shape: OpenShape, type = DataType.FLOAT): string {
    this.inputs.push(valueInfo(name, shape, type));
    return name;
  }

  output(name: string, shape: OpenShape, type = DataType.FLOAT): void {
    this.outputs.push(valueInfo(name, shape, type));
  }

  /** Declares an output that is an empty sequence of tensors. */
  emptySequence(): string {
    const name = this.node('SequenceEmpty', []);
    const { type: elemType } = valueInfo('', [], DataType.FLOAT);
    const type = { value: { case: 'sequenceType' as const, value: { elemType } } };
    this.outputs.push(create(ValueInfoProtoSchema, { name, type }));
    return name;
  }

  /** How many nodes there are so far. */
  get size(): number {
    return this.nodes.length;
  }

  /** Gives a node's output another name. */
  rename(value: string, name: string): void {
    for (const { input, output } of this.nodes) {
      for (const names of [input, output]) {
        names.forEach((each, i) => {
          if (each === value) names[i] = name;
        });
      }
    }
  }

  /** The encoded ModelProto. */
  build(): Uint8Array {
    return encodeModel(this.model());
  }

  model(): ModelProto {
    return create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'pix2pix',
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
      graph: {
        name: 'pix2pix',
        node: this.nodes,
        initializer: this.initializers,
        input: this.inputs,
        output: this.outputs,
      },
    });
  }

  private initializer(dataType: DataType, rawData: Uint8Array, shape: Shape): string {
    const key =
      rawData.length <= 4096 ? `${dataType}:${shape.join()}:${rawData.join()}` : `unique:${this.counter}`;
    const known = this.known.get(key);
    if (known) return known[0]!;
    const name = `constant_${this.counter++}`;
    this.initializers.push(create(TensorProtoSchema, { name, dataType, dims: shape.map(BigInt), rawData }));
    this.known.set(key, [name]);
    return name;
  }
}

function attributeProto(name: string, value: NodeAttributes[string]): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, i: BigInt(value), type: AttributeType.INT });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, {
      name,
      s: new TextEncoder().encode(value),
      type: AttributeType.STRING,
    });
  }
  if ('float' in value) {
    return create(AttributeProtoSchema, { name, f: value.float, type: AttributeType.FLOAT });
  }
  return create(AttributeProtoSchema, { name, ints: value.map(BigInt), type: AttributeType.INTS });
}

function valueInfo(name: string, shape: OpenShape, elemType: DataType): ValueInfoProto {
  const dim = shape.map(size => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  });
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

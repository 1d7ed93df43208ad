import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../../onnx/onnx_pb.ts';

export function makeNode(
  name: string,
  opType: string,
  input: readonly string[],
  output: string,
  integers: Readonly<Record<string, number | readonly number[]>> = {},
): NodeProto {
  const attribute = Object.entries(integers).map(([key, value]) =>
    typeof value === 'number'
      ? create(AttributeProtoSchema, { name: key, i: BigInt(value), type: AttributeType.INT })
      : create(AttributeProtoSchema, { name: key, ints: value.map(BigInt), type: AttributeType.INTS }),
  );
  return create(NodeProtoSchema, { name, opType, input: [...input], output: [output], attribute });
}

export function makeTensor(
  name: string,
  dataType: DataType,
  dims: readonly number[],
  values: Float32Array | Int8Array | Uint16Array,
): TensorProto {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData });
}

/** A float32 tensor's values. */
export function floatsOf({ rawData }: TensorProto): Float32Array {
  const aligned = rawData.byteOffset % 4 === 0 ? rawData : rawData.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

/** A convolution of a graph, and the tensor that is its kernel. */
export interface Convolution {
  readonly node: NodeProto;
  readonly kernel: TensorProto;
  /** The kernel's axes of output and of input channels. */
  readonly outputs: 0 | 1;
  readonly inputs: 0 | 1;
}

/** A graph's convolutions with trained kernels; those with groups only blur. */
export function convolutionsOf(graph: GraphProto): Convolution[] {
  const tensors = new Map(graph.initializer.map(tensor => [tensor.name, tensor]));
  return graph.node.flatMap(node => {
    const kernel = tensors.get(node.input[1] ?? '');
    if (!kernel || (node.opType !== 'Conv' && node.opType !== 'ConvTranspose')) return [];
    if (node.attribute.some(({ name }) => name === 'group')) return [];
    const outputs = node.opType === 'Conv' ? 0 : 1;
    return [{ node, kernel, outputs, inputs: outputs === 0 ? 1 : 0 }];
  });
}

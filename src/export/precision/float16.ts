import { toFloat16 } from '../../formats/float16.ts';
import { graphOf } from '../../onnx/model.ts';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type ValueInfoProto,
} from '../../onnx/onnx_pb.ts';
import { floatsOf, makeNode, makeTensor } from './model-pass.ts';

/**
 * Converts a model's weights and arithmetic to float16, in place; float32 inputs and outputs stay as they are. On
 * devices without float16 kernels ONNX Runtime computes in float32 and rounds in between.
 */
export function halvePrecision(model: ModelProto): void {
  const graph = graphOf(model);
  const floats = graph.initializer.filter(({ dataType }) => dataType === DataType.FLOAT);
  for (const tensor of floats) {
    const { rawData } = makeTensor(tensor.name, DataType.FLOAT16, [], toHalf(floatsOf(tensor)));
    Object.assign(tensor, { dataType: DataType.FLOAT16, rawData });
  }
  for (const { opType, attribute } of graph.node) {
    const target = attribute.find(({ name }) => opType === 'Cast' && name === 'to');
    if (target?.i === BigInt(DataType.FLOAT)) target.i = BigInt(DataType.FLOAT16);
  }
  for (const { name } of graph.input.filter(isFloat)) {
    for (const { input } of graph.node) replace(input, name, `${name}:float16`);
    graph.node.unshift(makeNode(`${name}/cast`, 'Cast', [name], `${name}:float16`, { to: DataType.FLOAT16 }));
  }
  for (const { name } of graph.output.filter(isFloat)) {
    for (const { input, output } of graph.node) {
      replace(input, name, `${name}:float16`);
      replace(output, name, `${name}:float16`);
    }
    graph.node.push(makeNode(`${name}/cast`, 'Cast', [`${name}:float16`], name, { to: DataType.FLOAT }));
  }
}

function isFloat({ type }: ValueInfoProto): boolean {
  return type?.value.case === 'tensorType' && type.value.value.elemType === DataType.FLOAT;
}

function replace(names: string[], from: string, to: string): void {
  names.forEach((name, i) => {
    if (name === from) names[i] = to;
  });
}

/** Float32 → binary16. */
function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, toFloat16);
}

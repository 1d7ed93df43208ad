import { toHalf } from '../../onnx/half.ts';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type ValueInfoProto,
} from '../../onnx/onnx_pb.ts';
import { floatsOf, graphOf, makeNode, makeTensor } from './model-pass.ts';

/**
 * Turns weights and arithmetic of a model into float16, in place; float32 inputs and outputs stay what they are.
 * Where a processor lacks float16 kernels ONNX Runtime computes in float32 and rounds in between.
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
    for (const { input } of graph.node) replace(input, name, `${name}:half`);
    graph.node.unshift(makeNode(`${name}/cast`, 'Cast', [name], `${name}:half`, { to: DataType.FLOAT16 }));
  }
  for (const { name } of graph.output.filter(isFloat)) {
    for (const { input, output } of graph.node) {
      replace(input, name, `${name}:half`);
      replace(output, name, `${name}:half`);
    }
    graph.node.push(makeNode(`${name}/cast`, 'Cast', [`${name}:half`], name, { to: DataType.FLOAT }));
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

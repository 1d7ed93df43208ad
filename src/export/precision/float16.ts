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

/** Float32 → IEEE 754 binary16, rounded to the nearest, ties to even; values that are too large become infinite. */
function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, halfOf);
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude >= 0x4780_0000) return sign | (magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00);
  if (magnitude < 0x3300_0000) return sign;
  // Below 2⁻¹⁴ the step stays 2⁻²⁴: the hidden bit comes out and the mantissa moves right.
  const exponent = magnitude >>> 23;
  const shift = exponent < 113 ? 126 - exponent : 13;
  const mantissa = exponent < 113 ? (magnitude & 0x7f_ffff) | 0x80_0000 : magnitude - 0x3800_0000;
  const half = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && half % 2 === 1) ? 1 : 0));
}

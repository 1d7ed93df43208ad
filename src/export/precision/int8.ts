import { graphOf } from '../../onnx/model.ts';
import { TensorProto_DataType as DataType, type ModelProto } from '../../onnx/onnx_pb.ts';
import { type Convolution, convolutionsOf, floatsOf, makeNode, makeTensor } from './model-pass.ts';

/** Mean squares of convolution inputs by channel; the key is the name of the input value. */
export type InputPower = ReadonlyMap<string, Float32Array>;

/** Candidates for the weight that becomes 127, as shares of a channel's largest; larger weights are clipped. */
const CLIPPINGS = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];

/**
 * Quantises a model's kernels to int8 with a step for each output channel, in place. The step minimises the expected
 * error in that channel: Σ power · (weight − rounded)², with the input's power as measured on pictures. Activations
 * stay float32: quantising them, too, cost accuracy and saved no time (see docs/export.md).
 */
export function quantizeKernels(model: ModelProto, power: InputPower): void {
  const graph = graphOf(model);
  for (const convolution of convolutionsOf(graph)) {
    const { node, kernel, outputs } = convolution;
    const { name } = kernel;
    const { values, steps } = quantised(convolution, power.get(node.input[0]!)!);
    const dims = kernel.dims.map(Number);
    const index = graph.initializer.indexOf(kernel);
    graph.initializer.splice(
      index,
      1,
      makeTensor(`${name}:int8`, DataType.INT8, dims, values),
      makeTensor(`${name}:step`, DataType.FLOAT, [steps.length], steps),
      makeTensor(`${name}:zero`, DataType.INT8, [steps.length], new Int8Array(steps.length)),
    );
    const operands = [`${name}:int8`, `${name}:step`, `${name}:zero`];
    graph.node.unshift(makeNode(`${name}/dequantise`, 'DequantizeLinear', operands, name, { axis: outputs }));
  }
}

function quantised({ kernel, outputs, inputs }: Convolution, power: Float32Array) {
  const weights = floatsOf(kernel);
  const dims = kernel.dims.map(Number);
  const taps = dims[2]! * dims[3]!;
  const strides = [dims[1]! * taps, taps];
  const values = new Int8Array(weights.length);
  const steps = new Float32Array(dims[outputs]!);
  for (let o = 0; o < steps.length; o++) {
    const visitWeights = (visit: (place: number, power: number) => void) => {
      for (let i = 0; i < power.length; i++) {
        const start = o * strides[outputs]! + i * strides[inputs]!;
        for (let tap = 0; tap < taps; tap++) visit(start + tap, power[i]!);
      }
    };
    const step = bestStep(weights, visitWeights);
    steps[o] = step;
    visitWeights(place => {
      values[place] = rounded(weights[place]!, step);
    });
  }
  return { values, steps };
}

type VisitWeights = (visit: (place: number, power: number) => void) => void;

function bestStep(weights: Float32Array, visitWeights: VisitWeights): number {
  let largest = 0;
  visitWeights(place => {
    largest = Math.max(largest, Math.abs(weights[place]!));
  });
  if (largest === 0) return 1;
  const errors = CLIPPINGS.map(share => {
    const step = (share * largest) / 127;
    let error = 0;
    visitWeights((place, power) => {
      error += power * (weights[place]! - step * rounded(weights[place]!, step)) ** 2;
    });
    return { step, error };
  });
  return errors.reduce((best, each) => (each.error < best.error ? each : best)).step;
}

function rounded(weight: number, step: number): number {
  return Math.min(Math.max(Math.round(weight / step), -127), 127);
}

import { elements, type Shape } from '../core/shape.ts';
import type { OpName, Tensor } from '../graph/index.ts';
import { float } from '../onnx/builder.ts';
import type { Emitter, Rule, Rules } from './emitter.ts';

type ConvolutionName = 'conv2d' | 'conv2dInput' | 'conv2dKernel';

/** An ONNX op with the same operands. */
const direct =
  (type: string): Rule =>
  (emit, tensor) =>
    emit.node(type, elementwiseOperands(emit, tensor));

/**
 * The values of operands that broadcast to the shape of `tensor`. A constant number gets as many axes as the tensor where
 * its last axis has length 1: ONNX Runtime 1.30 takes 30 times as long to broadcast a scalar there.
 */
function elementwiseOperands(emit: Emitter, { inputs, shape }: Tensor): string[] {
  return inputs.map(input => {
    const isNumber = input.op.name === 'constant' && input.shape.length === 0;
    return isNumber
      ? numberFor(emit, shape, (input.attributes.values as Float32Array)[0]!)
      : emit.value(input);
  });
}

function numberFor(emit: Emitter, shape: Shape, value: number): string {
  return emit.floats(Float32Array.of(value), shape.at(-1) === 1 ? shape.map(() => 1) : []);
}

/** The rules that all targets share: those of all ops but convolutions. */
export const commonRules: Rules<Exclude<OpName, ConvolutionName>> = {
  input: (emit, tensor) => emit.inputPart(tensor, 0, tensor.shape),
  constant: (emit, _, { values, shape }) => {
    const [first] = values;
    // A constant with equal values is stored as a scalar, which is expanded when the model runs.
    const filled = values.length > 1 && values.every(value => value === first);
    if (!filled) return emit.floats(values, shape);
    return emit.node('Expand', [emit.scalar(first!), emit.builder.integers(shape)]);
  },
  negate: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  reciprocal: direct('Reciprocal'),
  square: (emit, { inputs: [x] }) => emit.node('Mul', [emit.value(x!), emit.value(x!)]),
  abs: direct('Abs'),
  sign: direct('Sign'),
  tanh: direct('Tanh'),
  sigmoid: direct('Sigmoid'),
  softplus: direct('Softplus'),
  leakyRelu: (emit, { inputs: [x] }, { slope }) =>
    slope === 0
      ? emit.node('Relu', [emit.value(x!)])
      : emit.node('LeakyRelu', [emit.value(x!)], { alpha: float(slope) }),
  add: direct('Add'),
  subtract: direct('Sub'),
  multiply: direct('Mul'),
  divide: direct('Div'),
  select: (emit, tensor) => {
    const [condition, a, b] = elementwiseOperands(emit, tensor);
    const zero = numberFor(emit, tensor.inputs[0]!.shape, 0);
    return emit.node('Where', [emit.node('Greater', [condition!, zero]), a!, b!]);
  },
  reshape: (emit, { inputs: [x], shape }) => emit.reshape(emit.value(x!), shape),
  transpose: (emit, { inputs: [x] }, { permutation }) =>
    emit.node('Transpose', [emit.value(x!)], { perm: permutation }),
  concat: (emit, { inputs }, { axis }) =>
    emit.concat(
      inputs.map(input => emit.value(input)),
      axis,
    ),
  slice: (emit, { inputs: [x] }, { start, size }) => {
    const axes = size.flatMap((length, axis) => (length === x!.shape[axis] ? [] : [axis]));
    const pick = (values: readonly number[]) => axes.map(axis => values[axis]!);
    return emit.slice(emit.value(x!), axes, pick(start), pick(size));
  },
  pad: (emit, { inputs: [x] }, { before, after }) => emit.pad(emit.value(x!), before, after),
  reverse: (emit, { inputs: [x] }, { axis }) => {
    // From the last element back to the first; the end is exclusive.
    const operands = [[-1], [-x!.shape[axis]! - 1], [axis], [-1]].map(each => emit.builder.integers(each));
    return emit.node('Slice', [emit.value(x!), ...operands]);
  },
  sum: (emit, { inputs: [x] }, { axes }) =>
    emit.node('ReduceSum', [emit.value(x!), emit.builder.integers(axes)], { keepdims: 1 }),
  broadcast: (emit, { inputs: [x], shape }) =>
    emit.node('Expand', [emit.value(x!), emit.builder.integers(shape)]),
  upsample2d: (emit, { inputs: [x], shape }) => {
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const spread = emit.reshape(emit.value(x!), [batch, height, 1, width, 1, channels]);
    const blocks = emit.builder.integers([batch, height, 2, width, 2, channels]);
    return emit.reshape(emit.node('Expand', [spread, blocks]), shape);
  },
  sumPool2d: (emit, { inputs: [x], shape }) => sumBlocks(emit, emit.value(x!), shape),
};

/** [N,2H,2W,C] → [N,H,W,C]: the sum of each 2×2 block. */
export function sumBlocks(emit: Emitter, value: string, shape: Tensor['shape']): string {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const blocks = emit.reshape(value, [batch, height, 2, width, 2, channels]);
  return emit.node('ReduceSum', [blocks, emit.builder.integers([2, 4])], { keepdims: 0 });
}

/** The number of pixels, in all images of a batch. */
export const pixelCount = (tensor: Tensor): number => elements(tensor.shape) / tensor.shape.at(-1)!;

/**
 * How many input channels a convolution gets, with channels of zeros in image and kernel, so that WebGPU computes it
 * correctly: ONNX Runtime 1.30's Conv is wrong there for multiples of 3 above 3 that are not multiples of 4
 * (github.com/microsoft/onnxruntime/issues/29651). A discriminator that sees two RGB images has 6.
 */
export function paddedChannels(channels: number): number {
  const isWrong = channels > 3 && channels % 3 === 0 && channels % 4 !== 0;
  return isWrong ? Math.ceil(channels / 4) * 4 : channels;
}

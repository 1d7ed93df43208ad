import { sameShape } from '../../core/shape.ts';
import type { Tensor } from '../../graph/index.ts';
import { float } from '../../onnx/builder.ts';
import { commonRules } from '../common.ts';
import type { Emitter, Rule, Target } from '../emitter.ts';
import { affineOf } from './affine.ts';
import { Constants, type KnownValues } from './constants.ts';
import { convolve } from './convolution.ts';
import { halvedOf, is, meanOf, normalisationOf, reflectionOf } from './patterns.ts';

/** Inputs that are dropout masks: the share of zeros of each, by name. */
export type NoiseRates = Readonly<Record<string, number>>;

/** Where each axis of [N, H, W, C] lies in [N, C, H, W]. */
const axisInside = [0, 2, 3, 1] as const;
const CHANNELS = 3;

/** What becomes of a graph's inputs in an exported model. */
export interface ExportInputs {
  /** Values of those that become constants. */
  readonly known: KnownValues;
  /** Those that become random, and what their randomness starts from. */
  readonly noise: NoiseRates;
  readonly seed: number;
  /** Gives the ONNX value of any other: an image, [N, C, H, W]. */
  image(tensor: Tensor): string;
}

/**
 * A trained network to be used: images are NCHW inside, weights are constants, and nothing in it depends on height and
 * width, so that one model serves every size.
 */
export function exportTarget({ known, noise, seed, image }: ExportInputs): Target {
  const constants = new Constants(known);

  /** A tensor's value where it meets one of `rank` axes. */
  const operand = (emit: Emitter, tensor: Tensor, rank: number): string => {
    const values = constants.valuesOf(tensor);
    if (!values) return emit.value(tensor);
    if (values.length === 1) return emit.scalar(values[0]!);
    if (tensor.shape.length !== 1 || rank !== 4)
      throw new Error(
        `Cannot export "${tensor.scope}": a constant of rank ${tensor.shape.length} in an image`,
      );
    return emit.builder.floats(Float32Array.from(values), [values.length, 1, 1]);
  };

  const broadcasting =
    (type: string): Rule =>
    (emit, { inputs, shape }) =>
      emit.node(
        type,
        inputs.map(input => operand(emit, input, shape.length)),
      );

  /** A convolution with its bias and norm, a norm by itself, or just the op. */
  const affine =
    (otherwise: Rule): Rule =>
    (emit, tensor, attributes) => {
      const found = affineOf(tensor, constants);
      if (isConvolution(found.x)) return convolve(emit, found, constants);
      if (!found.scale || !found.shift) return otherwise(emit, tensor, attributes);
      const vector = (values: ArrayLike<number>) =>
        emit.builder.floats(Float32Array.from(values), [values.length]);
      const { length } = found.scale;
      const statistics = [new Float32Array(length), new Float32Array(length).fill(1)].map(vector);
      const operands = [emit.value(found.x), vector(found.scale), vector(found.shift), ...statistics];
      return emit.node('BatchNormalization', operands, { epsilon: float(0) });
    };

  const normalise = (emit: Emitter, tensor: Tensor): string | null => {
    const norm = normalisationOf(tensor);
    if (!norm) return null;
    const channels = norm.x.shape.at(-1)!;
    const vector = (each: Tensor | null, neutral: number) =>
      emit.builder.floats(
        each ? Float32Array.from(constants.valuesOf(each)!) : new Float32Array(channels).fill(neutral),
        [channels],
      );
    const operands = [emit.value(norm.x), vector(norm.scale, 1), vector(norm.shift, 0)];
    return emit.node('InstanceNormalization', operands, { epsilon: float(norm.epsilon) });
  };

  // ONNX Runtime's own Dropout passes its input through, whatever its training_mode says.
  const dropout = (emit: Emitter, { inputs: [x, mask] }: Tensor): string | null => {
    const rate = is(mask, 'input') ? noise[String(mask.attributes.name)] : undefined;
    if (rate === undefined) return null;
    const value = emit.value(x!);
    const ownSeed = float(Math.abs(seed * 1000 + emit.builder.size) % 2 ** 24);
    const drawn = emit.node('RandomUniformLike', [value], { seed: ownSeed });
    const kept = emit.node('Greater', [drawn, emit.scalar(rate)]);
    const larger = emit.node('Mul', [value, emit.scalar(1 / (1 - rate))]);
    return emit.node('Where', [kept, larger, emit.scalar(0)]);
  };

  return {
    name: 'export',
    segments: () => null,
    rules: {
      ...commonRules,
      input: (_, tensor) => image(tensor),
      add: (emit, tensor, attributes) =>
        normalise(emit, tensor) ?? affine(broadcasting('Add'))(emit, tensor, attributes),
      multiply: (emit, tensor, attributes) =>
        mean(emit, tensor) ?? dropout(emit, tensor) ?? affine(broadcasting('Mul'))(emit, tensor, attributes),
      divide: (emit, tensor, attributes) =>
        normalise(emit, tensor) ?? halve(emit, tensor) ?? broadcasting('Div')(emit, tensor, attributes),
      subtract: broadcasting('Sub'),
      conv2d: (emit, x) => convolve(emit, { x, scale: null, shift: null }, constants),
      conv2dInput: (emit, x) => convolve(emit, { x, scale: null, shift: null }, constants),
      concat: (emit, tensor, { axis }) => {
        const reflection = reflectionOf(tensor);
        if (reflection) return reflect(emit, reflection.x, reflection.axis, reflection.width);
        return emit.concat(
          tensor.inputs.map(input => emit.value(input)),
          axisInside[axis]!,
        );
      },
      upsample2d: (emit, { inputs: [x] }) => {
        const scales = emit.builder.floats(Float32Array.of(1, 1, 2, 2), [4]);
        const nearest = {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        };
        return emit.node('Resize', [emit.value(x!), '', scales], nearest);
      },
      sum: (emit, tensor, { axes }) =>
        sameShape(axes, [CHANNELS])
          ? emit.node(
              'ReduceSum',
              [emit.value(tensor.inputs[0]!), emit.builder.integers([axisInside[CHANNELS]])],
              {
                keepdims: 1,
              },
            )
          : refuse(tensor, 'it is a sum over a size that is open'),
      slice: (emit, tensor, { start, size }) =>
        tensor.inputs[0]!.shape.every((length, axis) => axis === CHANNELS || length === size[axis])
          ? emit.slice(
              emit.value(tensor.inputs[0]!),
              [axisInside[CHANNELS]],
              [start[CHANNELS]!],
              [size[CHANNELS]!],
            )
          : refuse(tensor, 'it cuts at a place that depends on the size'),
      pad: (_, tensor) => refuse(tensor, 'it pads outside of a convolution'),
      reshape: (_, tensor) => refuse(tensor, 'it has a shape that depends on the size'),
      transpose: (_, tensor) => refuse(tensor, 'its axes change places'),
      reverse: (_, tensor) => refuse(tensor, 'it turns an image round'),
      broadcast: (_, tensor) => refuse(tensor, 'it stretches to a fixed size'),
      sumPool2d: (_, tensor) => refuse(tensor, 'it belongs to a gradient'),
      conv2dKernel: (_, tensor) => refuse(tensor, 'it belongs to a gradient'),
    },
  };
}

function isConvolution(tensor: Tensor): boolean {
  return is(tensor, 'conv2d') || is(tensor, 'conv2dInput');
}

function mean(emit: Emitter, tensor: Tensor): string | null {
  const found = meanOf(tensor);
  if (!found) return null;
  const axes = found.axes.map(axis => axisInside[axis]!);
  return emit.node('ReduceMean', [emit.value(found.x)], { axes, keepdims: 1 });
}

function halve(emit: Emitter, tensor: Tensor): string | null {
  const x = halvedOf(tensor);
  if (!x) return null;
  const geometry = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
  return emit.node('AveragePool', [emit.value(x)], { ...geometry, count_include_pad: 0 });
}

/** Both axes of an image at once, where one follows the other. */
function reflect(emit: Emitter, x: Tensor, axis: number, width: number): string {
  const inner = reflectionOf(x);
  const before = [0, 0, 0, 0];
  before[axisInside[axis]!] = width;
  if (inner) before[axisInside[inner.axis]!] = inner.width;
  const pads = emit.builder.integers([...before, ...before]);
  return emit.node('Pad', [emit.value(inner?.x ?? x), pads], { mode: 'reflect' });
}

function refuse(tensor: Tensor, reason: string): never {
  throw new Error(`Cannot export ${tensor.op.name} at "${tensor.scope}": ${reason}`);
}

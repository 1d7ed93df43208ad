import type { CompositeOf, Tensor } from '../../graph/index.ts';
import { float } from '../../onnx/builder.ts';
import type { CompositeRules, Emitter } from '../emitter.ts';
import type { Constants } from './constants.ts';
import { affineOf, convolve, isConvolution } from './convolution.ts';

/**
 * Composite ops as ONNX ops that are right at every image size. Their expansions would be right at the traced size only.
 * @param seed of dropout.
 */
export function compositeRules(constants: Constants, seed: number): CompositeRules {
  const vector = (emit: Emitter, values: ArrayLike<number>): string =>
    emit.builder.floats(Float32Array.from(values), [values.length]);

  /** Normalises each image by its own statistics; without gamma and beta they are 1 and 0. */
  const normalized = (
    emit: Emitter,
    { inputs: [x, gamma, beta], attributes }: CompositeOf<'instanceNorm' | 'batchNormTraining'>,
  ): string => {
    const channels = x!.shape.at(-1)!;
    const parameter = (tensor: Tensor | undefined, neutral: number) =>
      vector(emit, tensor ? constants.required(tensor) : new Array<number>(channels).fill(neutral));
    const operands = [emit.value(x!), parameter(gamma, 1), parameter(beta, 0)];
    return emit.node('InstanceNormalization', operands, { epsilon: float(attributes.epsilon) });
  };

  return {
    mean: (emit, { inputs: [x], attributes }) => {
      const axes = attributes.axes.map(axis => exportedAxis[axis]!);
      return emit.node('ReduceMean', [emit.value(x!)], { axes, keepdims: 1 });
    },

    averagePool2d: (emit, { inputs: [x], attributes: { size, stride, padding } }) => {
      const pads = new Array<number>(4).fill(padding);
      const geometry = { kernel_shape: [size, size], strides: [stride, stride], pads };
      return emit.node('AveragePool', [emit.value(x!)], { ...geometry, count_include_pad: 0 });
    },

    reflectPad: (emit, { inputs: [x], attributes: { width } }) => reflectPadded(emit, x!, width),

    blur: (emit, { inputs: [x] }) => {
      const channels = x!.shape.at(-1)!;
      const row = [1, 2, 1].flatMap(down => [1, 2, 1].map(across => (down * across) / 16));
      const kernel = emit.floats(
        Float32Array.from({ length: 9 * channels }, (_, i) => row[i % 9]!),
        [channels, 1, 3, 3],
      );
      return emit.node('Conv', [reflectPadded(emit, x!, 1), kernel], { group: channels });
    },

    batchNormTraining: (emit, norm, tensor) =>
      tensor.shape[0] === 1 ? normalized(emit, norm) : refuse(tensor, 'it normalises by batch statistics'),

    batchNormInference: (emit, _, tensor) => {
      const affine = affineOf(tensor, constants);
      if (isConvolution(affine.x)) return convolve(emit, affine, constants);
      // By scale and shift, because a variance may be too large for float16.
      const { length } = affine.scale!;
      const [mean, variance] = [new Float32Array(length), new Float32Array(length).fill(1)];
      const vectors = [affine.scale!, affine.shift!, mean, variance].map(values => vector(emit, values));
      return emit.node('BatchNormalization', [emit.value(affine.x), ...vectors], { epsilon: float(0) });
    },

    instanceNorm: normalized,

    // Not ONNX Runtime's Dropout, which does nothing, whatever its training_mode.
    dropout: (emit, { inputs: [x], attributes: { rate } }) => {
      const value = emit.value(x!);
      const ownSeed = float(Math.abs(seed * 1000 + emit.builder.size) % 2 ** 24);
      const drawn = emit.node('RandomUniformLike', [value], { seed: ownSeed });
      const kept = emit.node('Greater', [drawn, emit.scalar(rate)]);
      const larger = emit.node('Mul', [value, emit.scalar(1 / (1 - rate))]);
      return emit.node('Where', [kept, larger, emit.scalar(0)]);
    },
  };
}

function reflectPadded(emit: Emitter, x: Tensor, width: number): string {
  const pads = emit.builder.integers([0, 0, width, width, 0, 0, width, width]);
  return emit.node('Pad', [emit.value(x), pads], { mode: 'reflect' });
}

/** Where each axis of [N, H, W, C] is in the exported model's [N, C, H, W]. */
export const exportedAxis = [0, 2, 3, 1] as const;

/** Throws an Error: `tensor` can't be part of an exported model. */
export function refuse(tensor: Tensor, reason: string): never {
  const { name } = tensor.composite ?? tensor.op;
  throw new Error(`Cannot export ${name} at "${tensor.scope}": ${reason}`);
}

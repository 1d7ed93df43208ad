import { sameShape } from '../../core/shape.ts';
import type { Tensor } from '../../graph/index.ts';
import { commonRules } from '../common.ts';
import type { Emitter, Rule, Target } from '../emitter.ts';
import { compositeRules, exportedAxis, refuse } from './composites.ts';
import { Constants, type KnownValues } from './constants.ts';
import { affineOf, convolve, isConvolution } from './convolution.ts';

const CHANNELS = 3;

/** What the inputs of a graph become in an exported model; dropout masks become random. */
export interface ExportInputs {
  /** The values of inputs that become constants. */
  readonly known: KnownValues;
  /** The seed of dropout. */
  readonly seed: number;
  /** The ONNX value of any other input: an image, [N, C, H, W]. */
  image(tensor: Tensor): string;
}

/**
 * A trained network as a model for inference: images are NCHW inside, weights are constants, and nothing depends on
 * height and width, so that one model serves every size.
 */
export function exportTarget({ known, seed, image }: ExportInputs): Target {
  const constants = new Constants(known);

  /** A tensor's value as the operand of an op of `rank` axes. */
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

  const convolution: Rule = (emit, x) => convolve(emit, { x, scale: null, shift: null }, constants);

  return {
    name: 'export',
    segments: () => null,
    compositeRules: compositeRules(constants, seed),
    rules: {
      ...commonRules,
      input: (_, tensor) => image(tensor),
      add: (emit, tensor, attributes) => {
        const affine = affineOf(tensor, constants);
        return isConvolution(affine.x)
          ? convolve(emit, affine, constants)
          : broadcasting('Add')(emit, tensor, attributes);
      },
      subtract: broadcasting('Sub'),
      multiply: broadcasting('Mul'),
      divide: broadcasting('Div'),
      conv2d: convolution,
      conv2dInput: convolution,
      concat: (emit, { inputs }, { axis }) =>
        emit.concat(
          inputs.map(input => emit.value(input)),
          exportedAxis[axis]!,
        ),
      upsample2d: (emit, { inputs: [x] }) => {
        const scales = emit.builder.floats(Float32Array.of(1, 1, 2, 2), [4]);
        const nearest = {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        };
        return emit.node('Resize', [emit.value(x!), '', scales], nearest);
      },
      sum: (emit, tensor, { axes }) => {
        if (!sameShape(axes, [CHANNELS]))
          return refuse(tensor, 'it sums over height or width, which exported models leave variable');
        const channels = emit.builder.integers([exportedAxis[CHANNELS]]);
        return emit.node('ReduceSum', [emit.value(tensor.inputs[0]!), channels], { keepdims: 1 });
      },
      slice: (emit, tensor, { start, size }) => {
        const [x] = tensor.inputs as [Tensor];
        const cutsChannels = x.shape.every((length, axis) => axis === CHANNELS || length === size[axis]);
        if (!cutsChannels)
          return refuse(tensor, 'it crops height or width, which exported models leave variable');
        return emit.slice(emit.value(x), [exportedAxis[CHANNELS]], [start[CHANNELS]!], [size[CHANNELS]!]);
      },
      pad: (_, tensor) => refuse(tensor, 'it pads outside of a convolution'),
      reshape: (_, tensor) => refuse(tensor, 'its shape depends on the image size'),
      transpose: (_, tensor) => refuse(tensor, 'it permutes axes'),
      reverse: (_, tensor) => refuse(tensor, 'it flips an image'),
      broadcast: (_, tensor) => refuse(tensor, 'it broadcasts to a fixed size'),
      sumPool2d: (emit, { inputs: [x] }) => {
        const geometry = { kernel_shape: [2, 2], strides: [2, 2] };
        return emit.node('Mul', [emit.node('AveragePool', [emit.value(x!)], geometry), emit.scalar(4)]);
      },
      conv2dKernel: (_, tensor) => refuse(tensor, 'it belongs to a gradient'),
    },
  };
}

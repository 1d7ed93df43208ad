import type { AttributesOf, Tensor } from '../../graph/index.ts';
import { commonRules, pixelCount } from '../common.ts';
import type { Emitter, Segment, Target } from '../emitter.ts';
import { conv2dForward, conv2dInputBackward, conv2dKernelSegments } from './convolution.ts';
import { gemm } from './gemm.ts';
import {
  lowResolutionGeometry,
  upsampledForward,
  upsampledGeometry,
  upsampledInputBackward,
  upsampledKernelSegments,
} from './upsampled-convolution.ts';

/** ONNX Runtime on the CPU: convolutions become matrix products over NHWC. */
export const cpuTarget: Target = {
  name: 'cpu',
  rules: {
    ...commonRules,
    conv2d: (emit, tensor, attributes) => convolve(emit, tensor, attributes),
    conv2dInput: conv2dInputBackward,
    conv2dKernel: (emit, tensor, attributes) => {
      const segments = kernelSegments(emit, tensor, attributes).map(segment => segment.value);
      return emit.reshape(emit.concat(segments, 0), tensor.shape);
    },
    add: (emit, tensor, attributes) => {
      const [x, bias] = tensor.inputs as [Tensor, Tensor];
      const isBias = x.op.name === 'conv2d' && bias.shape.length === 1;
      if (!isBias) return commonRules.add(emit, tensor, attributes);
      return convolve(emit, x, x.attributes as AttributesOf<'conv2d'>, emit.value(bias));
    },
    sum: (emit, tensor, attributes) =>
      sumsPixels(tensor, attributes)
        ? sumOverPixels(emit, tensor)
        : commonRules.sum(emit, tensor, attributes),
    sumPool2d: (emit, tensor, attributes) => {
      const [gradient] = tensor.inputs as [Tensor];
      const low = gradient.op.name === 'conv2dInput' ? lowResolutionOf(tensor, gradient) : null;
      if (!low) return commonRules.sumPool2d(emit, tensor, attributes);
      const [cotangent, kernel] = gradient.inputs as [Tensor, Tensor];
      return emit.recomputed(() => upsampledInputBackward(emit, cotangent, kernel, low));
    },
  },
  segments: (emit, tensor) =>
    tensor.op.name === 'conv2dKernel'
      ? kernelSegments(emit, tensor, tensor.attributes as AttributesOf<'conv2dKernel'>)
      : null,
};

/** Whether each channel is summed over all other axes. */
function sumsPixels({ inputs: [x] }: Tensor, { axes }: AttributesOf<'sum'>): boolean {
  const { shape } = x!;
  return (
    !axes.includes(shape.length - 1) && shape.slice(0, -1).every((size, i) => size === 1 || axes.includes(i))
  );
}

/** As a product with a row of ones: ONNX Runtime's ReduceSum takes three times as long over pixels. */
function sumOverPixels(emit: Emitter, { inputs: [x], shape }: Tensor): string {
  const count = pixelCount(x!);
  const ones = emit.node('Expand', [emit.scalar(1), emit.builder.integers([1, count])]);
  const matrix = emit.reshape(emit.value(x!), [count, x!.shape.at(-1)!]);
  return emit.reshape(gemm(emit, ones, matrix), shape);
}

function convolve(emit: Emitter, tensor: Tensor, attributes: AttributesOf<'conv2d'>, bias?: string): string {
  const [x, kernel] = tensor.inputs as [Tensor, Tensor];
  const low = upsampledGeometry(x, kernel.shape, tensor.shape, attributes);
  return low
    ? upsampledForward(emit, x.inputs[0]!, kernel, low, bias)
    : conv2dForward(emit, tensor, attributes, bias);
}

function kernelSegments(
  emit: Emitter,
  tensor: Tensor,
  attributes: AttributesOf<'conv2dKernel'>,
): readonly Segment[] {
  const [x, y] = tensor.inputs as [Tensor, Tensor];
  const low = upsampledGeometry(x, tensor.shape, y.shape, attributes);
  return low
    ? emit.recomputed(() => upsampledKernelSegments(emit, x.inputs[0]!, y, low))
    : conv2dKernelSegments(emit, tensor, attributes);
}

function lowResolutionOf(pooled: Tensor, gradient: Tensor) {
  const [cotangent, kernel] = gradient.inputs as [Tensor, Tensor];
  const attributes = gradient.attributes as AttributesOf<'conv2dInput'>;
  return lowResolutionGeometry(pooled.shape, kernel.shape, cotangent.shape, attributes);
}

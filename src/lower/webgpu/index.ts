import { commonRules } from '../common.ts';
import type { Emitter, Target } from '../emitter.ts';
import { concatTree } from './concat.ts';
import { conv2d, conv2dInput, conv2dKernel } from './convolution.ts';
import * as products from './products.ts';

/** ONNX's convolution ops; few operands per node, sums over one axis at a time. */
export const convTarget: Target = {
  name: 'conv',
  rules: {
    ...commonRules,
    conv2d,
    conv2dInput,
    conv2dKernel,
    concat: (emit, { inputs }, { axis }) =>
      concatTree(
        emit,
        inputs.map(input => emit.value(input)),
        axis,
      ),
    // ONNX Runtime 1.30 has no Sign on WebGPU and would copy the operand to the CPU.
    sign: (emit, { inputs: [x] }) => {
      const [value, zero] = [emit.value(x!), emit.scalar(0)];
      const below = emit.node('Where', [emit.node('Greater', [zero, value]), emit.scalar(-1), zero]);
      return emit.node('Where', [emit.node('Greater', [value, zero]), emit.scalar(1), below]);
    },
    sum: (emit, { inputs: [x] }, { axes }) =>
      sumByAxis(
        emit,
        emit.value(x!),
        axes.filter(axis => x!.shape[axis] !== 1),
      ),
    sumPool2d: (emit, { inputs: [x], shape }) => {
      const [batch, height, width, channels] = shape as [number, number, number, number];
      const blocks = emit.reshape(emit.value(x!), [batch, height, 2, width, 2 * channels]);
      const rows = emit.reshape(sumByAxis(emit, blocks, [2]), [batch * height, width, 2, channels]);
      return emit.reshape(sumByAxis(emit, rows, [2]), shape);
    },
  },
  segments: () => null,
};

/** WebGPU on GPUs: {@link convTarget}, with matrix products for convolutions that would leave most of a GPU idle. */
export const webgpuTarget: Target = {
  ...convTarget,
  name: 'webgpu',
  rules: { ...convTarget.rules, conv2d: products.conv2d, conv2dKernel: products.conv2dKernel },
};

/** A thread of a shader computes one sum. One axis after the other, the last first, gives many threads with short sums. */
function sumByAxis(emit: Emitter, value: string, axes: readonly number[]): string {
  return [...axes]
    .sort((a, b) => b - a)
    .reduce(
      (sum, axis) => emit.node('ReduceSum', [sum, emit.builder.integers([axis])], { keepdims: 1 }),
      value,
    );
}

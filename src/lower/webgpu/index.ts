import type { Shape } from '../../core/shape.ts';
import { commonRules } from '../common.ts';
import type { Emitter, Target } from '../emitter.ts';
import { concatTree } from './concat.ts';
import { conv2d, conv2dInput, conv2dKernel } from './convolution.ts';
import * as products from './products.ts';

/** ONNX's convolution ops; few operands per node, sums in steps. */
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
        x!.shape,
        axes.filter(axis => x!.shape[axis] !== 1),
      ),
    sumPool2d: (emit, { inputs: [x], shape }) => {
      const [batch, height, width, channels] = shape as [number, number, number, number];
      const blocks = [batch * height, 2, width, 2, channels];
      return emit.reshape(sumByAxis(emit, emit.reshape(emit.value(x!), blocks), blocks, [1, 3]), shape);
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

/** Sums of so few elements are made by one shader: each shader more takes a large GPU about 8 µs. */
const SHORT_SUM = 64;

/**
 * A thread of a shader computes one sum. One axis after the other, the last first, gives many threads with short sums;
 * several axes at once, if their sums are short.
 */
function sumByAxis(emit: Emitter, value: string, shape: Shape, axes: readonly number[]): string {
  const groups: { axes: number[]; length: number }[] = [];
  for (const axis of [...axes].sort((a, b) => b - a)) {
    const last = groups.at(-1);
    const length = (last?.length ?? 1) * shape[axis]!;
    if (last && length <= SHORT_SUM) Object.assign(last, { axes: [axis, ...last.axes], length });
    else groups.push({ axes: [axis], length: shape[axis]! });
  }
  return groups.reduce(
    (sum, group) => emit.node('ReduceSum', [sum, emit.builder.integers(group.axes)], { keepdims: 1 }),
    value,
  );
}

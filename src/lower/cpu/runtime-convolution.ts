// A convolution as ONNX Runtime's own operator, which wants channels first: image, kernel and result are transposed.

import type { Tensor } from '../../graph/index.ts';
import type { Emitter } from '../emitter.ts';
import type { FormRules } from './form-rules.ts';
import { kernelMatrix } from './kernel.ts';
import type { Geometry } from './windows.ts';

/** `Conv` and `ConvTranspose`; there is no operator for the kernel's gradient. */
export const runtimeForm: Pick<FormRules, 'forward' | 'input'> = {
  forward: (emit, x, kernel, g, bias) => {
    const operands = [channelsFirst(emit, x), transposedKernel(emit, kernel)];
    const attributes = { ...strides(g), pads: pads(g).map(count => Math.max(count, 0)) };
    const y = emit.node('Conv', bias === undefined ? operands : [...operands, bias], attributes);
    return channelsLast(emit, y);
  },
  input: (emit, y, kernel, g) =>
    emit.recomputed(() => {
      const operands = [channelsFirst(emit, y), transposedKernel(emit, kernel)];
      // Pixels of x behind the last window have no cotangent.
      const [top, left, bottom, right] = pads(g) as [number, number, number, number];
      const attributes = {
        ...strides(g),
        pads: [top, left, Math.max(bottom, 0), Math.max(right, 0)],
        output_padding: [Math.max(-bottom, 0), Math.max(-right, 0)],
      };
      return channelsLast(emit, emit.node('ConvTranspose', operands, attributes));
    }),
};

const strides = (g: Geometry) => ({
  kernel_shape: [g.kernelHeight, g.kernelWidth],
  strides: [g.stride, g.stride],
});

/** Zeros around x: top, left, and as many below and on the right as windows cover; negative if they end within x. */
function pads(g: Geometry): number[] {
  const below = (g.rows - 1) * g.stride + g.kernelHeight - g.top - g.height;
  const right = (g.columns - 1) * g.stride + g.kernelWidth - g.left - g.width;
  return [g.top, g.left, below, right];
}

function channelsFirst(emit: Emitter, image: Tensor): string {
  return emit.node('Transpose', [emit.value(image)], { perm: [0, 3, 1, 2] });
}

function channelsLast(emit: Emitter, image: string): string {
  return emit.node('Transpose', [image], { perm: [0, 2, 3, 1] });
}

/** [kh,kw,C,O] → [O,C,kh,kw]. */
function transposedKernel(emit: Emitter, kernel: Tensor): string {
  const split = emit.reshape(kernelMatrix(emit, kernel), kernel.shape);
  return emit.node('Transpose', [split], { perm: [3, 2, 0, 1] });
}

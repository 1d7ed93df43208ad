// A convolution of stride 1 by projection, for few output channels: one product of the image with all taps' kernels side by
// side, [N·H·W, C] · [C, taps·O], whose parts are then shifted and summed. Shifting the product is cheaper than shifting the
// image, which has more channels.

import type { Tensor } from '../../graph/index.ts';
import type { Emitter } from '../emitter.ts';
import type { FormRules } from './form-rules.ts';
import { gemm } from './gemm.ts';
import { kernelMatrix } from './kernel.ts';
import { type Geometry, imageMatrix, taps } from './windows.ts';

export const projectForm: FormRules = {
  forward: (emit, x, kernel, g, bias) => {
    const all = gemm(emit, imageMatrix(emit, x, g), tapKernels(emit, kernel, g));
    const { batch, height, width, outputChannels: size } = g;
    const product = emit.reshape(all, [batch, height, width, taps(g).length * size]);
    const shifted = taps(g).map(([row, column], i) => {
      const before = [g.top - row, g.left - column] as const;
      const part = emit.slice(product, [3], [i * size], [size]);
      return resized(emit, part, before, [g.rows - height, g.columns - width]);
    });
    return emit.node('Sum', bias === undefined ? shifted : [...shifted, bias]);
  },
  kernel: (emit, x, y, g) =>
    emit.recomputed(() => {
      const all = gemm(emit, imageMatrix(emit, x, g), tapCotangents(emit, y, g), { transposeA: true });
      const count = taps(g).length;
      const split = emit.reshape(all, [g.channels, count, g.outputChannels]);
      const value = emit.reshape(emit.node('Transpose', [split], { perm: [1, 0, 2] }), [
        count * g.channels,
        g.outputChannels,
      ]);
      return [{ value, offset: 0, shape: [count * g.channels, g.outputChannels] }];
    }),
  input: (emit, y, kernel, g) =>
    emit.recomputed(() => {
      const x = gemm(emit, tapCotangents(emit, y, g), tapKernels(emit, kernel, g), { transposeB: true });
      return emit.reshape(x, [g.batch, g.height, g.width, g.channels]);
    }),
};

/** [kh,kw,C,O] → [C, taps·O]. */
function tapKernels(emit: Emitter, kernel: Tensor, g: Geometry): string {
  const count = taps(g).length;
  const split = emit.reshape(kernelMatrix(emit, kernel), [count, g.channels, g.outputChannels]);
  const moved = emit.node('Transpose', [split], { perm: [1, 0, 2] });
  return emit.reshape(moved, [g.channels, count * g.outputChannels]);
}

/** For each tap the cotangent of the pixel of y that it adds to, [N·H·W, taps·O]. */
function tapCotangents(emit: Emitter, y: Tensor, g: Geometry): string {
  const columns = taps(g).map(([row, column]) =>
    resized(emit, emit.value(y), [row - g.top, column - g.left], [g.height - g.rows, g.width - g.columns]),
  );
  const width = columns.length * g.outputChannels;
  return emit.reshape(emit.concat(columns, 3), [g.batch * g.height * g.width, width]);
}

/** [N,h,w,…] with `before` more rows and columns in front and `more` in all, zero or cut where negative. */
function resized(
  emit: Emitter,
  image: string,
  [down, right]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): string {
  return emit.pad(image, [0, down, right, 0], [0, rows - down, columns - right, 0]);
}

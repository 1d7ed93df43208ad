import type { Tensor } from '../../graph/index.ts';
import type { Emitter } from '../emitter.ts';
import type { FormRules } from './form-rules.ts';
import { gemm, sumOfProducts } from './gemm.ts';
import { interleaveRows, kernelSegments, phasePairs, productsOf, summedKernel } from './upsampled-taps.ts';
import type { Geometry } from './windows.ts';

/** Output phase by output phase. */
export const phasesForm: FormRules = {
  forward: (emit, low, kernel, g, bias) => {
    const phases = phasePairs.map(phase =>
      sumOfProducts(
        emit,
        productsOf(g, phase).map(product => [
          lowWindow(emit, low, product.shift, g),
          summedKernel(emit, kernel, product, g),
        ]),
        { plus: bias },
      ),
    );
    return interleaveRows(emit, [emit.concat(phases.slice(0, 2), 1), emit.concat(phases.slice(2), 1)], g);
  },
  kernel: (emit, low, y, g) =>
    emit.recomputed(() =>
      kernelSegments(emit, g, product =>
        gemm(emit, lowWindow(emit, low, product.shift, g), phaseOf(emit, y, product.phase, [0, 0], g), {
          transposeA: true,
        }),
      ),
    ),
  input: (emit, y, kernel, g) =>
    emit.recomputed(() => {
      const products = phasePairs.flatMap(phase => productsOf(g, phase));
      const sum = sumOfProducts(
        emit,
        products.map(product => [
          phaseOf(emit, y, product.phase, [-product.shift[0], -product.shift[1]], g),
          summedKernel(emit, kernel, product, g),
        ]),
        { transposeB: true },
      );
      return emit.reshape(sum, [g.batch, g.height, g.width, g.channels]);
    }),
};

/** The low-resolution image shifted, zero outside, as [N·H·W, C]. */
function lowWindow(emit: Emitter, low: Tensor, shift: readonly [number, number], g: Geometry): string {
  const before = [Math.ceil(g.top / 2), Math.ceil(g.left / 2)] as const;
  const after = [Math.floor((g.kernelHeight - g.top) / 2), Math.floor((g.kernelWidth - g.left) / 2)] as const;
  const padded = emit.pad(emit.value(low), [0, ...before, 0], [0, ...after, 0]);
  const start = [before[0] + shift[0], before[1] + shift[1]];
  const block = emit.slice(padded, [1, 2], start, [g.height, g.width]);
  return emit.reshape(block, [g.batch * g.height * g.width, g.channels]);
}

/** One phase of a high-resolution tensor, shifted by low-resolution pixels, zero outside, as [N·H·W, O]. */
function phaseOf(
  emit: Emitter,
  high: Tensor,
  phase: readonly [number, number],
  shift: readonly [number, number],
  g: Geometry,
): string {
  const view = emit.reshape(emit.value(high), [g.batch, g.height, 2, g.width, 2 * g.outputChannels]);
  const every = [g.height, 1, g.width, g.outputChannels];
  const plane = emit.slice(view, [1, 2, 3, 4], [0, phase[0], 0, phase[1] * g.outputChannels], every);
  const rows = [g.batch * g.height * g.width, g.outputChannels];
  if (shift[0] === 0 && shift[1] === 0) return emit.reshape(plane, rows);
  // The same padding for every shift, so that they share one copy, in which a shift is a block of rows.
  const margin = Math.ceil(Math.max(g.kernelHeight, g.kernelWidth) / 4);
  const border = [0, margin, margin, 0];
  const padded = emit.pad(
    emit.reshape(plane, [g.batch, g.height, g.width, g.outputChannels]),
    border,
    border,
  );
  const start = [margin + shift[0], margin + shift[1]];
  return emit.reshape(emit.slice(padded, [1, 2], start, [g.height, g.width]), rows);
}

import type { Tensor } from '../../graph/index.ts';
import type { Emitter } from '../emitter.ts';
import type { FormRules } from './form-rules.ts';
import { gemm } from './gemm.ts';
import {
  interleaveRows,
  kernelSegments,
  type Product,
  phasePairs,
  productsOf,
  summedKernel,
} from './upsampled-taps.ts';
import { type Geometry, imageMatrix } from './windows.ts';

/**
 * For few output channels: one product of all phases and shifts, with kernels [C, shifts·4·O]. Then the part of each shift
 * is moved into place and they are summed. Moving the product is cheaper than moving the image, which has more channels.
 */
export const upsampledProjectForm: FormRules = {
  forward: (emit, low, kernel, g, bias) => {
    const shifts = shiftsOf(g);
    const size = 4 * g.outputChannels;
    const all = gemm(emit, imageMatrix(emit, low, g), projectedKernels(emit, kernel, g));
    const product = emit.reshape(all, [g.batch, g.height, g.width, shifts.length * size]);
    const moved = shifts.map(([down, right], i) =>
      shifted(emit, emit.slice(product, [3], [i * size], [size]), [-down, -right]),
    );
    const biases = bias === undefined ? [] : [emit.concat([bias, bias, bias, bias], 0)];
    const sum = emit.node('Sum', [...moved, ...biases]);
    return interleavePhases(emit, emit.reshape(sum, [g.batch * g.height * g.width, size]), g);
  },
  kernel: (emit, low, y, g) =>
    emit.recomputed(() => {
      const all = gemm(emit, imageMatrix(emit, low, g), projectedCotangents(emit, y, g), {
        transposeA: true,
      });
      const positions = new Map(shiftsOf(g).map((shift, i) => [shift.join(), i]));
      return kernelSegments(emit, g, ({ phase, shift }) => {
        const position = 4 * positions.get(shift.join())! + 2 * phase[0] + phase[1];
        return emit.slice(all, [1], [position * g.outputChannels], [g.outputChannels]);
      });
    }),
  input: (emit, y, kernel, g) =>
    emit.recomputed(() => {
      const cotangents = projectedCotangents(emit, y, g);
      const sum = gemm(emit, cotangents, projectedKernels(emit, kernel, g), { transposeB: true });
      return emit.reshape(sum, [g.batch, g.height, g.width, g.channels]);
    }),
};

/** The cotangents of the product of {@link upsampledProjectForm}, [N·H·W, shifts·4·O]. */
function projectedCotangents(emit: Emitter, cotangent: Tensor, g: Geometry): string {
  const size = 4 * g.outputChannels;
  const phases = emit.reshape(allPhases(emit, cotangent, g), [g.batch, g.height, g.width, size]);
  const columns = shiftsOf(g).map(shift => shifted(emit, phases, shift));
  return emit.reshape(emit.concat(columns, 3), [g.batch * g.height * g.width, columns.length * size]);
}

function projectedKernels(emit: Emitter, kernel: Tensor, g: Geometry): string {
  return emit.concat(
    shiftsOf(g).map(shift => sideBySide(emit, kernel, shift, g)),
    1,
  );
}

/** [N,H,W,C] moved down and to the right; zeros come in from outside. */
function shifted(emit: Emitter, image: string, [down, right]: readonly [number, number]): string {
  return emit.pad(image, [0, down, right, 0], [0, -down, -right, 0]);
}

/** Every low-resolution shift that some phase has. */
function shiftsOf(g: Geometry): Product['shift'][] {
  const products = phasePairs.flatMap(phase => productsOf(g, phase));
  return [...new Map(products.map(({ shift }) => [shift.join(), shift])).values()];
}

/** One shift's kernels of all phases, [C, 4·O]; zeros where a phase does not use the shift. */
function sideBySide(emit: Emitter, kernel: Tensor, shift: Product['shift'], g: Geometry): string {
  const zeros = () =>
    emit.builder.floats(new Float32Array(g.channels * g.outputChannels), [g.channels, g.outputChannels]);
  const kernels = phasePairs.map(phase => {
    const product = productsOf(g, phase).find(each => each.shift.join() === shift.join());
    return product ? summedKernel(emit, kernel, product, g) : zeros();
  });
  return emit.concat(kernels, 1);
}

/** [N,2H,2W,O] → [N·H·W, 4·O], the inverse of {@link interleavePhases}. */
function allPhases(emit: Emitter, high: Tensor, g: Geometry): string {
  const view = emit.reshape(emit.value(high), [g.batch, g.height, 2, g.width, 2 * g.outputChannels]);
  const moved = emit.node('Transpose', [view], { perm: [0, 1, 3, 2, 4] });
  return emit.reshape(moved, [g.batch * g.height * g.width, 4 * g.outputChannels]);
}

/** [N·H·W, 4·O], phases side by side → [N, 2H, 2W, O]. */
function interleavePhases(emit: Emitter, phases: string, g: Geometry): string {
  const halves = [0, 1].map(row =>
    emit.slice(phases, [1], [row * 2 * g.outputChannels], [2 * g.outputChannels]),
  );
  return interleaveRows(emit, halves, g);
}

import { elements } from '../../core/shape.ts';
import type { Tensor } from '../../graph/index.ts';
import { type Emitter, isInput } from '../emitter.ts';

/**
 * The rows `first` to `first + count − 1` of a convolution kernel [kh,kw,C,O] as the matrix [kh·kw·C, O].
 * This costs nothing for a kernel that is an input, because rows are contiguous in its memory.
 */
export function kernelRows(emit: Emitter, kernel: Tensor, first: number, count: number): string {
  const columns = kernel.shape.at(-1)!;
  if (isInput(kernel)) return emit.inputPart(kernel, first * columns, [count, columns]);
  const rows = elements(kernel.shape) / columns;
  const matrix = emit.reshape(emit.value(kernel), [rows, columns]);
  return count === rows ? matrix : emit.slice(matrix, [0], [first], [count]);
}

/** The whole kernel as the matrix [kh·kw·C, O]. */
export function kernelMatrix(emit: Emitter, kernel: Tensor): string {
  return kernelRows(emit, kernel, 0, elements(kernel.shape) / kernel.shape.at(-1)!);
}

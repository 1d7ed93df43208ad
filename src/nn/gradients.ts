import {
  add,
  divide,
  multiply,
  reshape,
  select,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
} from '../graph/index.ts';

// What happens to gradients before the optimiser applies them: each operation on arrays of this process, then as graph.

/** Added to the norm, as PyTorch does, so that clipping never divides by 0. */
const SMALLEST_NORM = 1e-6;

/** Scales gradients down, in place, so that their Euclidean norm is at most `limit` (Pascanu et al. 2013). */
export function clipByNorm(gradients: Float32Array, limit: number): void {
  let squares = 0;
  for (let i = 0; i < gradients.length; i++) squares += gradients[i]! * gradients[i]!;
  const factor = limit / (Math.sqrt(squares) + SMALLEST_NORM);
  if (factor < 1) for (let i = 0; i < gradients.length; i++) gradients[i]! *= factor;
}

/** {@link clipByNorm} by the common norm of several gradients. */
export function clippedByNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const norm = sqrt(gradients.map(sumOfSquares).reduce(add));
  const factor = divide(limit, add(norm, SMALLEST_NORM));
  const atMostOne = select(subtract(1, factor), factor, 1);
  return gradients.map(gradient => multiply(gradient, atMostOne));
}

/**
 * Adds a batch's gradients to `sum`, in place. With the last of `count` batches it leaves their mean in `gradients` and
 * zeros in `sum`.
 */
export function accumulateGradients(
  sum: Float32Array,
  gradients: Float32Array,
  count: number,
  isLast: boolean,
): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += gradients[i]!;
  if (!isLast) return;
  for (let i = 0; i < sum.length; i++) gradients[i] = sum[i]! / count;
  sum.fill(0);
}

/** {@link accumulateGradients} as graph: the mean, valid with the last batch only, and the new `sum`; `isLast` is 1 or 0. */
export function accumulatedGradients(
  sum: Tensor,
  gradient: Tensor,
  count: number,
  isLast: Tensor,
): { readonly mean: Tensor; readonly sum: Tensor } {
  const total = add(sum, gradient);
  return { mean: multiply(total, 1 / count), sum: select(isLast, 0, total) };
}

/** Σ x², a scalar. */
export function sumOfSquares(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return reshape(sum(square(x), axes), []);
}

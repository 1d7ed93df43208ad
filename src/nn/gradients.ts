/** Added to the norm, as PyTorch does, so that clipping never divides by 0. */
const SMALLEST_NORM = 1e-6;

/** Scales gradients down, in place, so that their Euclidean norm is at most `limit` (Pascanu et al. 2013). */
export function clipByNorm(gradients: Float32Array, limit: number): void {
  let squares = 0;
  for (let i = 0; i < gradients.length; i++) squares += gradients[i]! * gradients[i]!;
  const factor = limit / (Math.sqrt(squares) + SMALLEST_NORM);
  if (factor < 1) for (let i = 0; i < gradients.length; i++) gradients[i]! *= factor;
}

/** Gathers gradients over several batches; `sum` and `counts` are its state, live. */
export interface Accumulator {
  readonly sum: Float32Array;
  readonly counts: { gathered: number };
  /** To be called after each batch: after every `count`th it leaves their mean in the gradients and is true. */
  enough(): boolean;
}

export function createAccumulator(gradients: Float32Array, count: number): Accumulator {
  const counts = { gathered: 0 };
  if (count === 1) return { sum: new Float32Array(0), counts, enough: () => true };
  const sum = new Float32Array(gradients.length);
  const enough = () => {
    for (let i = 0; i < sum.length; i++) sum[i]! += gradients[i]!;
    counts.gathered++;
    if (counts.gathered < count) return false;
    for (let i = 0; i < sum.length; i++) gradients[i] = sum[i]! / count;
    sum.fill(0);
    counts.gathered = 0;
    return true;
  };
  return { sum, counts, enough };
}

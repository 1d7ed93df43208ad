/** Added to the norm, as PyTorch does, so that clipping never divides by 0. */
const SMALLEST_NORM = 1e-6;

/** Scales gradients down, in place, so that their Euclidean norm is at most `limit` (Pascanu et al. 2013). */
export function clipByNorm(gradients: Float32Array, limit: number): void {
  let squares = 0;
  for (let i = 0; i < gradients.length; i++) squares += gradients[i]! * gradients[i]!;
  const factor = limit / (Math.sqrt(squares) + SMALLEST_NORM);
  if (factor < 1) for (let i = 0; i < gradients.length; i++) gradients[i]! *= factor;
}

/**
 * Gathers gradients over several batches.
 * @returns a function to call after each batch: after every `count`th it leaves their mean in `gradients` and is true.
 */
export function createAccumulator(gradients: Float32Array, count: number): () => boolean {
  if (count === 1) return () => true;
  const sum = new Float32Array(gradients.length);
  let gathered = 0;
  return () => {
    for (let i = 0; i < sum.length; i++) sum[i]! += gradients[i]!;
    gathered++;
    if (gathered < count) return false;
    for (let i = 0; i < sum.length; i++) gradients[i] = sum[i]! / count;
    sum.fill(0);
    gathered = 0;
    return true;
  };
}

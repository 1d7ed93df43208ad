import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';

/** Share of a distance that does not show in a score. */
const NEGLIGIBLE = 1e-12;

/** A Gaussian over D features. */
export interface Gaussian {
  /** [D] */
  readonly mean: Float64Array;
  /** Any F of [K, D] whose FᵀF is the covariance; it may have any rank. */
  readonly factor: Matrix;
}

/**
 * The Gaussian of mean and covariance (over N − 1) of samples of D features each. Null for fewer than two samples,
 * which have no covariance. Throws RangeError for NaN or infinite values.
 */
export function gaussianOf(samples: readonly Float32Array[]): Gaussian | null {
  const [count, features] = [samples.length, samples[0]?.length ?? 0];
  if (count < 2) return null;
  const mean = new Float64Array(features);
  for (const sample of samples) for (let k = 0; k < features; k++) mean[k]! += sample[k]! / count;
  if (!mean.every(Number.isFinite)) throw new RangeError('Cannot fit a Gaussian to NaN or infinite values');
  const scale = 1 / Math.sqrt(count - 1);
  const factor = new Matrix(
    samples.map(sample => Float64Array.from(sample, (x, k) => (x - mean[k]!) * scale)),
  );
  // A has as many rows as samples, R of A = QR no more than features, and RᵀR = AᵀA.
  return { mean, factor: count > features ? new QrDecomposition(factor).upperTriangularMatrix : factor };
}

/**
 * Squared Fréchet distance between Gaussians (Dowson & Landau 1982; the FID of Heusel et al. 2017, arXiv:1706.08500):
 * |μ₁ − μ₂|² + Tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½).
 *
 * With Σ₁ = FᵀF and Σ₂ = GᵀG, the eigenvalues of Σ₁Σ₂ other than 0 are those of (FGᵀ)(FGᵀ)ᵀ, so the trace of its root
 * is the sum of FGᵀ's singular values. This is exact for covariances of any rank and needs no matrix root, which may
 * not exist.
 */
export function frechetDistance(first: Gaussian, second: Gaussian): number {
  let distance = 0;
  first.mean.forEach((mean, k) => {
    distance += (mean - second.mean[k]!) ** 2;
  });
  const [one, two] = [squaredNorm(first.factor), squaredNorm(second.factor)];
  distance += one + two;
  // The singular values sum to at most this. Where it is only rounding, as for images that are all equal, ml-matrix's
  // decomposition may never end.
  if (2 * Math.sqrt(one * two) <= NEGLIGIBLE * distance) return distance;
  const cross = first.factor.mmul(second.factor.transpose());
  const { diagonal } = new SingularValueDecomposition(cross, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  for (const value of diagonal) distance -= 2 * value;
  // For equal Gaussians only rounding errors remain, which may be negative.
  return Math.max(distance, 0);
}

/** Tr(FᵀF) */
function squaredNorm(matrix: Matrix): number {
  return matrix.norm('frobenius') ** 2;
}

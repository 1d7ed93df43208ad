import { normal } from '../nn/initializers.ts';
import type { BatchNormOptions } from '../nn/norms.ts';

/**
 * Batch norm as in the authors' PyTorch code of Isola et al. 2017: scales N(1, 0.02²), ε 1e-5, a tenth of the new
 * statistics a step. Instance norm shares its ε.
 */
export const paperBatchNorm: BatchNormOptions = {
  momentum: 0.9,
  epsilon: 1e-5,
  gammaInitializer: normal(1, 0.02),
};

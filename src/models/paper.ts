import { normal } from '../nn/initializers.ts';
import type { BatchNormOptions } from '../nn/norms.ts';

/**
 * Batch norm as in the PyTorch code of Isola et al. 2017: initial scales N(1, 0.02²), ε 1e-5, and moving averages that take
 * a tenth of the new statistics in each step. Instance norm has the same ε.
 */
export const paperBatchNorm: BatchNormOptions = {
  momentum: 0.9,
  epsilon: 1e-5,
  gammaInitializer: normal(1, 0.02),
};

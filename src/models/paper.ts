import { normal } from '../nn/initializers.ts';
import type { BatchNormOptions } from '../nn/layers.ts';

/** Kernels of Isola et al. 2017, section 6.2: N(0, 0.02²). */
export const paperKernels = normal(0, 0.02);

/** Batch norm as in the authors' PyTorch code: scales N(1, 0.02²), ε 1e-5, a tenth of the new statistics a step. */
export const paperBatchNorm: BatchNormOptions = {
  momentum: 0.9,
  epsilon: 1e-5,
  gammaInitializer: normal(1, 0.02),
};

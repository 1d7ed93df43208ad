import { multiply } from '../ops/elementwise.ts';
import type { Tensor } from '../tensor.ts';
import { composite } from './composite.ts';

/**
 * Dropout (Srivastava et al. 2014) by a given mask of x's shape.
 * @param mask 0 with probability `rate`, else 1 / (1 − rate).
 */
export function dropout(x: Tensor, mask: Tensor, rate: number): Tensor {
  return composite('dropout', [x, mask], { rate }, multiply(x, mask));
}

import { elements } from '../core/shape.ts';
import { abs, multiply, reshape, softplus, subtract, sum, type Tensor } from '../graph/index.ts';

/** Mean over all elements, a scalar. */
export function mean(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return reshape(multiply(sum(x, axes), 1 / elements(x.shape)), []);
}

/**
 * Mean binary cross-entropy of σ(logits) against one label for all, computed on the logits:
 * −label·log σ(x) − (1−label)·log(1−σ(x)) = softplus(x) − label·x.
 * @param label a scalar, 1 for real and 0 for generated.
 */
export function binaryCrossEntropy(logits: Tensor, label: Tensor | number): Tensor {
  return mean(subtract(softplus(logits), multiply(logits, label)));
}

/** Mean |a − b|. */
export function meanAbsoluteError(a: Tensor, b: Tensor): Tensor {
  return mean(abs(subtract(a, b)));
}

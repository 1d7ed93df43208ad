import { elements } from '../core/shape.ts';
import {
  add,
  grad,
  multiply,
  negate,
  relu,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
} from '../graph/index.ts';
import { binaryCrossEntropy, mean, meanSquaredError } from './losses.ts';
import { segmentationLoss } from './segmentation-loss.ts';

/**
 * An adversarial loss: three scalars, computed from the discriminator's `logits` [N,h,w,classes] of a batch. `labels`
 * [N,H,W,C] begin with one one-hot plane per class; they are null if the conditions are not label maps.
 */
export interface AdversarialLoss {
  /** The discriminator's loss on real pairs. */
  readonly real: (logits: Tensor, labels: Tensor | null) => Tensor;
  /** The discriminator's loss on generated pairs. */
  readonly fake: (logits: Tensor, labels: Tensor | null) => Tensor;
  /** The generator's loss on generated pairs. */
  readonly fool: (logits: Tensor, labels: Tensor | null) => Tensor;
  /** The discriminator's loss on pairs with a label, 1 for real and 0 for generated, if the loss has such a form. */
  readonly labeled?: (logits: Tensor, label: Tensor) => Tensor;
}

const wasserstein: AdversarialLoss = {
  real: logits => negate(mean(logits)),
  fake: mean,
  fool: logits => negate(mean(logits)),
};

/** Every adversarial loss, by its name in run configs. */
export const adversarialLosses = {
  /** Goodfellow et al. 2014 (arXiv:1406.2661), the generator's loss in its non-saturating form. */
  bce: {
    real: logits => binaryCrossEntropy(logits, 1),
    fake: logits => binaryCrossEntropy(logits, 0),
    fool: logits => binaryCrossEntropy(logits, 1),
    labeled: binaryCrossEntropy,
  },
  /** Least squares: Mao et al. 2017 (arXiv:1611.04076), eq. 9. */
  lsgan: {
    real: logits => meanSquaredError(logits, 1),
    fake: logits => meanSquaredError(logits, 0),
    fool: logits => meanSquaredError(logits, 1),
    labeled: meanSquaredError,
  },
  /** Lim & Ye 2017 (arXiv:1705.02894), section 3. */
  hinge: {
    real: logits => mean(relu(subtract(1, logits))),
    fake: logits => mean(relu(add(1, logits))),
    fool: logits => negate(mean(logits)),
  },
  /** Arjovsky et al. 2017 (arXiv:1701.07875); needs {@link gradientPenalty}. */
  'wgan-gp': wasserstein,
  segmentation: segmentationLoss,
} as const satisfies Record<string, AdversarialLoss>;

export type AdversarialName = keyof typeof adversarialLosses;

export const adversarialNames = Object.keys(adversarialLosses) as AdversarialName[];

/** Interpolates between real and generated images; `mix` [N,1,1,1] is each pair's share of the real image. */
export function interpolate(real: Tensor, fake: Tensor, mix: Tensor): Tensor {
  return add(multiply(mix, real), multiply(subtract(1, mix), fake));
}

/** Keeps the derivative of the square root finite where the gradient is 0. */
const SMALLEST_SQUARE = 1e-12;

/**
 * Gradient penalty: mean (‖∂D/∂x‖ − 1)² over a batch (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3), a scalar. Its own
 * gradient is of second order.
 * @param logits of all scales, computed from `images` [N,H,W,C].
 */
export function gradientPenalty(logits: readonly Tensor[], images: Tensor): Tensor {
  const total = logits.map(each => multiply(mean(each), elements(each.shape))).reduce(add);
  const [slope] = grad(total, [images]) as [Tensor];
  const norm = sqrt(add(sum(square(slope), [1, 2, 3]), SMALLEST_SQUARE));
  return meanSquaredError(norm, 1);
}

import * as z from 'zod';
import { adversarialNames } from '../../nn/adversarial.ts';
import { type Condition, positive, setting, weight } from './declare.ts';

const group = 'Losses';

/** A discriminator is trained only if the generator's objective has a term that uses it. */
export const trainsDiscriminator: readonly Condition[] = [
  { 'loss.gan': 'set', 'loss.featureMatching': 'set' },
];

export const lossSchema = z.strictObject({
  adversarial: setting(z.enum(adversarialNames), {
    flag: 'adversarial',
    group,
    help: 'Adversarial loss',
    details:
      'bce: cross-entropy; lsgan: least squares; hinge: hinge loss; wgan-gp: Wasserstein with gradient penalty; segmentation: cross-entropy for each pixel, over the label classes and a class of generated pixels as in OASIS; without --label-planes, over real and generated',
    default: 'bce',
    needs: trainsDiscriminator,
  }),
  gan: setting(weight, { flag: 'gan', group, help: 'Weight of the adversarial term', default: 1 }),
  l1: setting(weight, {
    flag: 'l1',
    group,
    help: 'Weight of the L1 term',
    details: 'Mean |target − generated|',
    default: 100,
    common: true,
  }),
  l1Coarse: setting(weight, {
    flag: 'l1-coarse',
    group,
    help: 'Weight of an L1 term on means of 4×4 pixels, for pairs that are not quite aligned',
    details: 'Mean |difference| after 4×4 average pooling',
    default: 0,
    before: 0,
  }),
  l2: setting(weight, {
    flag: 'l2',
    group,
    help: 'Weight of the L2 term',
    details: 'Mean (target − generated)²',
    default: 0,
  }),
  totalVariation: setting(weight, {
    flag: 'total-variation',
    group,
    help: 'Weight of the total variation term',
    details: 'Mean |difference| between neighbouring pixels',
    default: 0,
  }),
  featureMatching: setting(weight, {
    flag: 'feature-matching',
    group,
    help: 'Weight of the feature matching term',
    details: 'Difference between the discriminator’s features of target and generated image',
    default: 0,
  }),
  gradientPenalty: setting(weight, {
    flag: 'gradient-penalty',
    group,
    help: 'Weight of the gradient penalty',
    details: 'Penalty on the discriminator’s gradient norms other than 1',
    default: 10,
    needs: [{ 'loss.adversarial': ['wgan-gp'] }],
  }),
  labelMix: setting(weight, {
    flag: 'label-mix',
    group,
    help: 'Weight of the LabelMix consistency loss (OASIS: 5 to 10)',
    details:
      'Mixes a real and a generated image along label boundaries; without --label-planes, by a rectangle (CutMix)',
    default: 0,
    before: 0,
    needs: [{ 'loss.adversarial': ['segmentation'] }],
  }),
  discriminator: setting(positive, {
    flag: null,
    group,
    help: 'Weight of the discriminator’s loss; the paper halves it',
    default: 0.5,
  }),
});

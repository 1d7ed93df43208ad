import type { RunConfig } from '../config/config.ts';
import { usesDiscriminator } from '../config/config.ts';
import { add, input, multiply, type Tensor } from '../graph/index.ts';
import { type AdversarialLoss, adversarialLosses } from '../nn/adversarial.ts';
import type { Mode } from '../nn/layers.ts';
import {
  coarseError,
  featureDistance,
  meanAbsoluteError,
  meanSquaredError,
  totalVariation,
} from '../nn/losses.ts';
import { Variables } from '../nn/variables.ts';
import { type CustomParts, judgeBatch, labelPlanes, targetShape } from './model.ts';

/** Scalars: the loss that the generator minimises, and its terms that are reported. */
export interface Objective extends Record<string, Tensor> {
  readonly loss: Tensor;
}

/**
 * The generator's objective for a generated image [N,H,W,C]: fool the discriminator, stay near the target, be smooth.
 * Terms whose weight is 0 are left out of the graph.
 */
export function generatorObjective(
  config: RunConfig,
  fake: Tensor,
  condition: Tensor,
  discriminatorMode: Mode,
  parts: CustomParts = {},
): Objective {
  const { loss: weights } = config;
  const target = input('target', targetShape(config));
  const terms = adversarialTerms(config, fake, condition, target, discriminatorMode);
  const reported: Record<string, Tensor> = {};
  if (weights.l1 > 0) {
    reported.l1 = meanAbsoluteError(target, fake);
    terms.push(weighted(reported.l1, weights.l1));
  }
  if (weights.l1Coarse > 0) terms.push(weighted(coarseError(target, fake), weights.l1Coarse));
  if (weights.l2 > 0) terms.push(weighted(meanSquaredError(target, fake), weights.l2));
  if (weights.totalVariation > 0) terms.push(weighted(totalVariation(fake), weights.totalVariation));
  if (parts.loss) terms.push(parts.loss({ fake, target, condition }));
  if (terms.length === 0) throw new Error('Cannot train a generator whose objective has no term');
  return { loss: terms.reduce(add), ...reported };
}

/** The adversarial and feature-matching terms; none without a discriminator. Losses of several scales add up. */
function adversarialTerms(
  config: RunConfig,
  fake: Tensor,
  condition: Tensor,
  target: Tensor,
  mode: Mode,
): Tensor[] {
  if (!usesDiscriminator(config)) return [];
  const { adversarial, gan, featureMatching } = config.loss;
  // Not returned, so the discriminator's weights get no gradients.
  const frozen = new Variables();
  const onFake = judgeBatch(config, frozen, fake, condition, mode);
  const terms: Tensor[] = [];
  if (gan > 0) {
    const { fool }: AdversarialLoss = adversarialLosses[adversarial];
    const labels = labelPlanes(config, condition);
    terms.push(weighted(onFake.map(({ logits }) => fool(logits, labels)).reduce(add), gan));
  }
  if (featureMatching > 0) {
    const onReal = judgeBatch(config, frozen, target, condition, mode);
    const distance = featureDistance(
      onFake.map(({ features }) => features),
      onReal.map(({ features }) => features),
    );
    terms.push(weighted(distance, featureMatching));
  }
  return terms;
}

function weighted(term: Tensor, weight: number): Tensor {
  return weight === 1 ? term : multiply(term, weight);
}

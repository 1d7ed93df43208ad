import type { RunConfig } from '../config/config.ts';
import { usesDiscriminator } from '../config/config.ts';
import { add, grad, input, multiply, type Tensor } from '../graph/index.ts';
import { type AdversarialLoss, adversarialLosses, gradientPenalty, interpolate } from '../nn/adversarial.ts';
import { mixConsistency } from '../nn/label-mix.ts';
import { type Mode, trainingMode } from '../nn/layers.ts';
import type { Mask, Variables } from '../nn/variables.ts';
import { trainedVariables } from './freeze.ts';
import { mixesLabels, mixMask, mixShape } from './mix.ts';
import {
  type CustomParts,
  conditionShape,
  discriminatorLogits,
  generator,
  judgeBatch,
  labelPlanes,
  targetShape,
  translationMode,
} from './model.ts';
import { generatorObjective } from './objective.ts';

/**
 * A graph with its variables and masks. Its inputs are the variables and masks and some of `condition` [N,H,W,Cin];
 * `target`, `image` and `fake` [N,H,W,Cout]; `label` and `loss scale` []; and `mix` (see `mixShape`). It returns `fake`, or
 * `loss`, `l1` and what {@link gradientName} and {@link nextStateName} name.
 */
export interface Pass {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly variables: Variables;
  readonly masks: readonly Mask[];
}

/** The name of the output that holds a variable's gradient. */
export const gradientName = (variable: string): string => `${variable}:gradient`;

/** The name of the output that holds a state variable's new value. */
export const nextStateName = (state: string): string => `${state}:next`;

/** fake = G(condition). */
export function generatePass(
  config: RunConfig,
  mode: Mode,
  batchSize = config.batchSize,
  parts: CustomParts = {},
): Pass {
  const variables = trainedVariables(config);
  const condition = input('condition', conditionShape(config, batchSize));
  const fake = generator(config, variables, condition, mode, parts);
  return { outputs: { fake }, variables, masks: variables.masks };
}

/** The pass that translates: one image at a time, in the configured mode. */
export function translatePass(config: RunConfig, parts: CustomParts = {}): Pass {
  return generatePass(config, translationMode(config), 1, parts);
}

/** The discriminator's loss on one batch of pairs, all real (label 1) or all generated (label 0). */
export function labeledDiscriminatorPass(config: RunConfig): Pass {
  const variables = trainedVariables(config);
  const [image, condition] = [
    input('image', targetShape(config)),
    input('condition', conditionShape(config)),
  ];
  const { labeled }: AdversarialLoss = adversarialLosses[config.loss.adversarial];
  if (!labeled) throw new Error(`Cannot train by a label with loss "${config.loss.adversarial}"`);
  const logits = discriminatorLogits(config, variables, image, condition, trainingMode);
  const loss = labeled(logits, input('label', []));
  return trainingPass(multiply(loss, config.loss.discriminator), variables, {}, lossScale(config));
}

/**
 * The discriminator's loss on real and generated pairs, each normalised by itself, in one objective.
 * Losses of several scales add up. The gradient penalty and LabelMix judge mixtures of the two, made with the
 * random numbers `mix`.
 */
export function discriminatorPass(config: RunConfig): Pass {
  const variables = trainedVariables(config);
  const shape = targetShape(config);
  const [target, fake] = [input('target', shape), input('fake', shape)];
  const condition = input('condition', conditionShape(config));
  const logitsOf = (image: Tensor) =>
    judgeBatch(config, variables, image, condition, trainingMode).map(({ logits }) => logits);
  const adversarial: AdversarialLoss = adversarialLosses[config.loss.adversarial];
  const onFake = logitsOf(fake);
  const onReal = logitsOf(target);
  const labels = labelPlanes(config, condition);
  const terms = [
    ...onFake.map(logits => adversarial.fake(logits, labels)),
    ...onReal.map(logits => adversarial.real(logits, labels)),
  ];
  if (hasPenalty(config)) {
    const images = interpolate(target, fake, input('mix', mixShape(config)));
    terms.push(multiply(gradientPenalty(logitsOf(images), images), config.loss.gradientPenalty));
  }
  if (mixesLabels(config)) {
    const mask = mixMask(config, condition);
    const distances = logitsOf(interpolate(target, fake, mask)).map((onMixed, scale) =>
      mixConsistency(mask, onMixed, onReal[scale]!, onFake[scale]!),
    );
    terms.push(multiply(distances.reduce(add), config.loss.labelMix));
  }
  const loss = multiply(terms.reduce(add), config.loss.discriminator);
  return trainingPass(loss, variables, {}, lossScale(config));
}

/** Whether the discriminator's objective has a gradient penalty. */
function hasPenalty({ loss }: RunConfig): boolean {
  return loss.adversarial === 'wgan-gp' && loss.gradientPenalty > 0;
}

/**
 * The generator's objective, and its gradients through the frozen discriminator.
 * @param discriminatorMode whether the frozen discriminator normalises by its moving averages or by the batch.
 */
export function generatorPass(config: RunConfig, discriminatorMode: Mode, parts: CustomParts = {}): Pass {
  const variables = trainedVariables(config);
  const condition = input('condition', conditionShape(config));
  const fake = generator(config, variables, condition, trainingMode, parts);
  const { loss, ...reported } = generatorObjective(config, fake, condition, discriminatorMode, parts);
  // Without a discriminator, no other pass generates it.
  const others = usesDiscriminator(config) ? reported : { ...reported, fake };
  return trainingPass(loss, variables, others, lossScale(config));
}

/** The factor on gradients that keeps small ones from being lost in float16. */
function lossScale({ precision }: RunConfig): Tensor | undefined {
  return precision === 'float16' ? input('loss scale', []) : undefined;
}

/** A loss with the gradients of all trainable variables, times `scale`, and the new values of the others. */
export function trainingPass(
  loss: Tensor,
  variables: Variables,
  others: Record<string, Tensor> = {},
  scale?: Tensor,
): Pass {
  const trainable = variables.trainable();
  const gradients = grad(
    loss,
    trainable.map(variable => variable.tensor),
    scale,
  );
  const outputs: Record<string, Tensor> = { loss, ...others };
  trainable.forEach(({ name }, i) => {
    outputs[gradientName(name)] = gradients[i]!;
  });
  for (const [name, value] of variables.updates) outputs[nextStateName(name)] = value;
  return { outputs, variables, masks: variables.masks };
}

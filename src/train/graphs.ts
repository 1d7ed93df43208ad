import { add, grad, input, multiply, type Tensor } from '../graph/index.ts';
import { inferenceMode, type Mode, trainingMode } from '../nn/layers.ts';
import { binaryCrossEntropy, meanAbsoluteError } from '../nn/losses.ts';
import { type Mask, Variables } from '../nn/variables.ts';
import type { RunConfig } from './config.ts';
import { batchShape, discriminator, generator, translationMode } from './model.ts';

/** A graph with what it needs from outside. Inputs are named condition, target, image, fake, label. */
export interface Pass {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly variables: Variables;
  readonly masks: readonly Mask[];
}

/** Names of the outputs that belong to a variable. */
export const gradientOf = (variable: string): string => `${variable}:gradient`;
export const nextOf = (state: string): string => `${state}:next`;

/** fake = G(condition). */
export function generatePass(config: RunConfig, mode: Mode, batchSize = config.batchSize): Pass {
  const variables = new Variables();
  const condition = input('condition', batchShape(config, batchSize));
  const fake = generator(config, variables, condition, mode);
  return { outputs: { fake }, variables, masks: variables.masks };
}

/** How a run translates: one image at a time, in the configured mode. */
export function translatePass(config: RunConfig): Pass {
  return generatePass(config, translationMode(config), 1);
}

/** The article's discriminator update: one batch of pairs, all real (label 1) or all generated (label 0). */
export function articleDiscriminatorPass(config: RunConfig): Pass {
  const variables = new Variables();
  const [image, condition] = [input('image', batchShape(config)), input('condition', batchShape(config))];
  const logits = discriminator(config, variables, image, condition, trainingMode);
  const loss = binaryCrossEntropy(logits, input('label', []));
  return trainingPass(multiply(loss, config.loss.discriminator), variables);
}

/** The paper's discriminator update: real and generated pairs, each normalised by itself, in one objective. */
export function paperDiscriminatorPass(config: RunConfig): Pass {
  const variables = new Variables();
  const shape = batchShape(config);
  const [target, fake, condition] = [input('target', shape), input('fake', shape), input('condition', shape)];
  const onFake = discriminator(config, variables, fake, condition, trainingMode);
  const onReal = discriminator(config, variables, target, condition, trainingMode);
  const loss = add(binaryCrossEntropy(onFake, 0), binaryCrossEntropy(onReal, 1));
  return trainingPass(multiply(loss, config.loss.discriminator), variables);
}

/**
 * The generator update: fool the discriminator, and stay near the target where the objective has an L1 term.
 * The discriminator is frozen; in the article's algorithm it normalises by its moving averages (Keras' meaning of
 * frozen), in the paper's by the batch.
 */
export function generatorPass(config: RunConfig): Pass {
  const variables = new Variables();
  const critic = new Variables();
  const condition = input('condition', batchShape(config));
  const fake = generator(config, variables, condition, trainingMode);
  const criticMode = config.algorithm === 'article' ? inferenceMode : trainingMode;
  const adversarial = binaryCrossEntropy(discriminator(config, critic, fake, condition, criticMode), 1);
  if (config.loss.l1 === 0) return trainingPass(adversarial, variables);
  const l1 = meanAbsoluteError(input('target', batchShape(config)), fake);
  return trainingPass(add(adversarial, multiply(l1, config.loss.l1)), variables, { l1 });
}

/** A loss with the gradients of all trainable variables and the new values of the others. */
function trainingPass(loss: Tensor, variables: Variables, others: Record<string, Tensor> = {}): Pass {
  const trainable = variables.trainable();
  const gradients = grad(
    loss,
    trainable.map(variable => variable.tensor),
  );
  const outputs: Record<string, Tensor> = { loss, ...others };
  trainable.forEach(({ name }, i) => {
    outputs[gradientOf(name)] = gradients[i]!;
  });
  for (const [name, value] of variables.updates) outputs[nextOf(name)] = value;
  return { outputs, variables, masks: variables.masks };
}

import type { RunConfig } from '../config/config.ts';
import { usesDiscriminator } from '../config/config.ts';
import { add, grad, input, multiply, type Tensor } from '../graph/index.ts';
import { type AdversarialLoss, adversarialLosses, between, gradientPenalty } from '../nn/adversarial.ts';
import { inferenceMode, type Mode, trainingMode } from '../nn/layers.ts';
import type { Mask, Variables } from '../nn/variables.ts';
import { trainedVariables } from './freeze.ts';
import {
  type CustomParts,
  conditionShape,
  discriminator,
  generator,
  judge,
  targetShape,
  translationMode,
} from './model.ts';
import { generatorObjective } from './objective.ts';

/** A graph with what it needs from outside. Inputs are named condition, target, image, fake, label, mix. */
export interface Pass {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly variables: Variables;
  readonly masks: readonly Mask[];
}

/** Names of the outputs that belong to a variable. */
export const gradientOf = (variable: string): string => `${variable}:gradient`;
export const nextOf = (state: string): string => `${state}:next`;

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

/** How a run translates: one image at a time, in the configured mode. */
export function translatePass(config: RunConfig, parts: CustomParts = {}): Pass {
  return generatePass(config, translationMode(config), 1, parts);
}

/** The article's discriminator update: one batch of pairs, all real (label 1) or all generated (label 0). */
export function articleDiscriminatorPass(config: RunConfig): Pass {
  const variables = trainedVariables(config);
  const [image, condition] = [
    input('image', targetShape(config)),
    input('condition', conditionShape(config)),
  ];
  const { labelled }: AdversarialLoss = adversarialLosses[config.loss.adversarial];
  if (!labelled) throw new Error(`Cannot judge by a label with loss "${config.loss.adversarial}"`);
  const logits = discriminator(config, variables, image, condition, trainingMode);
  const loss = labelled(logits, input('label', []));
  return trainingPass(multiply(loss, config.loss.discriminator), variables, {}, lossScale(config));
}

/**
 * The paper's discriminator update: real and generated pairs, each normalised by itself, in one objective.
 * Losses of several scales add up. Wasserstein's penalty looks at images between the two, at places `mix` [N,1,1,1].
 */
export function paperDiscriminatorPass(config: RunConfig): Pass {
  const variables = trainedVariables(config);
  const shape = targetShape(config);
  const [target, fake] = [input('target', shape), input('fake', shape)];
  const condition = input('condition', conditionShape(config));
  const logitsOf = (image: Tensor) =>
    judge(config, variables, image, condition, trainingMode).map(({ logits }) => logits);
  const game = adversarialLosses[config.loss.adversarial];
  const onFake = logitsOf(fake);
  const onReal = logitsOf(target);
  const terms = [...onFake.map(game.fake), ...onReal.map(game.real)];
  if (hasPenalty(config)) {
    const images = between(target, fake, input('mix', [config.batchSize, 1, 1, 1]));
    terms.push(multiply(gradientPenalty(logitsOf(images), images), config.loss.gradientPenalty));
  }
  const loss = multiply(terms.reduce(add), config.loss.discriminator);
  return trainingPass(loss, variables, {}, lossScale(config));
}

/** Whether the discriminator's objective penalises its slope. */
function hasPenalty({ loss }: RunConfig): boolean {
  return loss.adversarial === 'wgan-gp' && loss.gradientPenalty > 0;
}

/** The generator update: its objective, and its gradients through the frozen discriminator. */
export function generatorPass(config: RunConfig, parts: CustomParts = {}): Pass {
  const variables = trainedVariables(config);
  const condition = input('condition', conditionShape(config));
  const fake = generator(config, variables, condition, trainingMode, parts);
  const { loss, ...reported } = generatorObjective(config, fake, condition, parts);
  // Where no discriminator has to see it, no other pass makes it.
  const others = usesDiscriminator(config) ? reported : { ...reported, fake };
  return trainingPass(loss, variables, others, lossScale(config));
}

/** The three graphs that a step on the processor consists of. */
export type StepPasses = Readonly<Record<'generate' | 'discriminate' | 'fool', Pass>>;

/** The passes of the configured algorithm. */
export function stepPasses(config: RunConfig, parts: CustomParts = {}): StepPasses {
  const article = config.algorithm === 'article';
  const mode = article ? inferenceMode : trainingMode;
  return {
    generate: generatePass(config, mode, config.batchSize, parts),
    discriminate: article ? articleDiscriminatorPass(config) : paperDiscriminatorPass(config),
    fool: generatorPass(config, parts),
  };
}

/** What gradients are multiplied by where float16 would lose the small ones among them. */
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
    outputs[gradientOf(name)] = gradients[i]!;
  });
  for (const [name, value] of variables.updates) outputs[nextOf(name)] = value;
  return { outputs, variables, masks: variables.masks };
}

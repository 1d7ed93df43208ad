import type { infer as Infer } from 'zod';
import type { RunConfig } from '../../config/config.ts';
import { elements } from '../../core/shape.ts';
import { input } from '../../graph/index.ts';
import { trainingMode } from '../../nn/layers.ts';
import { Variables } from '../../nn/variables.ts';
import { conditionShape, discriminator, generator, targetShape } from '../../training/model.ts';
import type { Estimate, trainRequestSchema } from '../api.ts';
import type { Studio } from '../studio.ts';
import { planRun } from './start-run.ts';

/** Settles a wish's config and counts its steps; times some of them on this machine where asked to and nothing trains. */
export async function estimateRun(
  studio: Studio,
  wish: Infer<typeof trainRequestSchema>,
  { measure, signal }: { readonly measure: boolean; readonly signal: AbortSignal },
): Promise<Estimate> {
  const { config, notes, pairs } = await planRun(studio, wish);
  const stepsPerEpoch = Math.floor(pairs / config.batchSize);
  const totalSteps = Math.min(config.epochs * stepsPerEpoch, config.steps ?? Number.POSITIVE_INFINITY);
  const isBusy = studio.queue.withStatus('running', 'stopping').length > 0;
  const secondsPerStep = measure && !isBusy ? await studio.models.run('timeSteps', { config }, signal) : null;
  const limit = config.minutes === null ? Number.POSITIVE_INFINITY : config.minutes * 60;
  return {
    config,
    notes: [...notes],
    stepsPerEpoch,
    totalSteps,
    secondsPerStep,
    seconds: secondsPerStep === null ? null : Math.min(totalSteps * secondsPerStep, limit),
    parameters: countParameters(config),
  };
}

function countParameters(config: RunConfig): Estimate['parameters'] {
  const variables = { generator: new Variables(), discriminator: new Variables() };
  const image = input('image', targetShape(config, 1));
  const condition = input('condition', conditionShape(config, 1));
  generator(config, variables.generator, condition, trainingMode);
  discriminator(config, variables.discriminator, image, condition, trainingMode);
  const count = (of: Variables) => of.trainable().reduce((sum, { shape }) => sum + elements(shape), 0);
  return { generator: count(variables.generator), discriminator: count(variables.discriminator) };
}

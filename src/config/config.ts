import * as z from 'zod';
import { directions } from '../core/image-pair.ts';
import { precisions } from '../lower/emitter.ts';
import { augmentSchema, channelsSchema, depthSchema, labelsSchema, resizeSchema } from './settings/data.ts';
import { count, positive, setting, side } from './settings/declare.ts';
import { lossSchema } from './settings/losses.ts';
import { checkpointsSchema, guardSchema, validationSchema } from './settings/monitoring.ts';
import { discriminatorSchema, freezeSetting, generatorSchema } from './settings/networks.ts';
import { optimizerSchema, scheduleSchema } from './settings/optimizer.ts';
import { growForm } from './size-stages.ts';

export const presetNames = ['labels', 'images', 'article', 'paper', 'lite', 'hd', 'demo'] as const;

/** How the two networks take turns. */
const algorithmNames = ['article', 'paper', 'simultaneous'] as const;

/**
 * Everything that decides how a run trains; the command line, saved runs and the library share it. Each setting is
 * declared here or in `settings/`, and nowhere else.
 */
export const runConfigSchema = z.strictObject({
  preset: setting(z.string(), {
    flag: 'preset',
    group: 'Main',
    hint: presetNames.join('|'),
    help: 'Settings to start from (default: labels for label maps, images otherwise)',
    default: 'paper',
    common: true,
  }),
  algorithm: setting(z.enum(algorithmNames), {
    flag: 'algorithm',
    group: 'Losses',
    help: 'Order of updates in a training step',
    details:
      'article: D on real pairs, D on pairs generated in inference mode, then G through the frozen D; paper: one update of D on both, then G; simultaneous: both from one pass with the weights before the step, which takes less time',
    default: 'paper',
  }),
  direction: setting(z.enum(directions), {
    flag: 'direction',
    group: 'Data',
    help: 'What to learn: A → B or B → A',
    details:
      'AtoB: A is the input (condition), B the output (target); BtoA: the reverse. In side-by-side files A is the left half',
    default: 'AtoB',
    common: true,
  }),
  size: setting(z.tuple([side, side]), {
    flag: 'size',
    group: 'Data',
    hint: 'N|HxW',
    help: 'Training size in pixels',
    details: 'One number for both sides, or height x width',
    default: [256, 256],
    common: true,
  }),
  grow: setting(
    z
      .string()
      .regex(growForm, 'sizes with their shares of the steps, such as 64:25% or 64:15%,128:35%')
      .nullable(),
    {
      flag: 'grow',
      group: 'Data',
      hint: 'N:P%,…',
      help: 'Train at smaller sizes first, each for a share of the steps, such as 64:15%,128:35%',
      details:
        'The rest of the steps is at the training size. Weights, moments and the learning rate schedule carry over from size to size',
      default: null,
      before: null,
    },
  ),
  channels: channelsSchema,
  depth: depthSchema,
  epochs: setting(count, {
    flag: 'epochs',
    group: 'Schedule',
    help: 'Passes over the training pairs',
    default: 200,
    common: true,
    resumable: true,
  }),
  steps: setting(count.nullable(), {
    flag: 'steps',
    group: 'Schedule',
    help: 'Stop after N steps, if that comes first',
    default: null,
    resumable: true,
  }),
  minutes: setting(positive.nullable(), {
    flag: 'minutes',
    group: 'Schedule',
    help: 'Stop after N minutes, if that comes first; this does not make the learning rate fall earlier',
    default: null,
    common: true,
    resumable: true,
  }),
  batchSize: setting(count, {
    flag: 'batch-size',
    group: 'Optimiser',
    help: 'Pairs per step',
    default: 1,
    common: true,
  }),
  precision: setting(z.enum(precisions), {
    flag: 'precision',
    group: 'Device',
    help: 'Precision of activations and gradients',
    details: 'float16: only on GPUs that support it. Weights, sums and updates stay in float32',
    default: 'float32',
    before: 'float32',
    resumable: true,
  }),
  shuffle: setting(z.boolean(), {
    flag: 'shuffle',
    group: 'Data',
    help: 'Shuffle the pairs each epoch, instead of taking them in sorted order',
    default: true,
    common: true,
  }),
  seed: setting(z.int(), {
    flag: 'seed',
    group: 'Data',
    help: 'Random seed; equal seeds give equal runs',
    default: 0,
    common: true,
  }),
  generator: generatorSchema,
  discriminator: discriminatorSchema,
  loss: lossSchema,
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  labels: labelsSchema,
  resize: resizeSchema,
  augment: augmentSchema,
  freeze: freezeSetting,
  checkpoints: checkpointsSchema,
  guard: guardSchema,
  validation: validationSchema,
});

export type RunConfig = z.infer<typeof runConfigSchema>;

/** Whether the generator's objective has a term that needs a discriminator. */
export function usesDiscriminator({ loss }: RunConfig): boolean {
  return loss.gan > 0 || loss.featureMatching > 0;
}

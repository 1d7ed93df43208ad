import * as z from 'zod';
import { depths } from '../core/image.ts';
import { resamplings, sizeModes } from '../core/sizes.ts';

const positive = z.number().positive();
const weight = z.number().min(0);
const count = z.int().positive();
const fraction = z.number().min(0).max(1);
const channels = z.int().min(1).max(64);

const norm = z
  .enum(['batch', 'instance', 'none'])
  .describe("What the network normalises by: the batch's statistics, each image's own, or nothing");
const initializer = z
  .enum(['normal', 'glorot', 'he', 'orthogonal'])
  .describe('Initial kernels; normal: N(0, 0.02²) as in the paper');

const generatorSchema = z.strictObject({
  architecture: z
    .enum(['article', 'unet', 'resnet', 'enhancer'])
    .describe(
      'article: upsampling U-Net of "Pix2Pix Unleashed"; unet: U-Net of Isola et al.; resnet: residual blocks, as in CycleGAN and Pix2PixHD; enhancer: Pix2PixHD’s local enhancer around such a resnet at half the size',
    ),
  filters: count.describe(
    'Filters of the first layer; a U-Net’s deeper layers have up to 8 times as many, an enhancer’s own first layer has half',
  ),
  levels: count
    .nullable()
    .describe(
      'Halvings between input and bottleneck, an enhancer’s first not counted; null: as many as the size allows, at most the original number',
    ),
  blocks: count.describe('Residual blocks of a resnet, or of the one within an enhancer'),
  enhancerBlocks: count.describe('Residual blocks of an enhancer at half the size'),
  norm,
  upsampling: z
    .enum(['transposed', 'resize'])
    .describe('How the decoder enlarges: transposed convolution, or nearest neighbour and a convolution'),
  skips: z.boolean().describe('Whether a U-Net’s decoder sees the encoder’s layers; off: encoder–decoder'),
  dropout: fraction.describe('Dropout rate of a U-Net’s innermost decoder blocks, or of residual blocks'),
  initializer,
  inference: z
    .strictObject({
      statistics: z
        .enum(['moving', 'batch'])
        .describe("What batch norms use when translating: moving averages, or the image's own statistics"),
      dropout: z.boolean().describe('Whether dropout stays on when translating, as noise'),
    })
    .describe('How the trained generator behaves when it translates'),
});

const discriminatorSchema = z.strictObject({
  architecture: z
    .enum(['article', 'patchgan'])
    .describe('article: patches tile the image, 16×16 of them at 256; patchgan: overlapping patches'),
  filters: count.describe('Filters of the first layer'),
  layers: z
    .int()
    .min(0)
    .max(8)
    .describe('Strided layers; patchgan: 0 judges pixels, 1 16×16, 3 70×70, 5 286×286 patches'),
  scales: count.max(4).describe('Discriminators, each at half the size of the one before'),
  norm,
  conditional: z.boolean().describe('Whether it sees the condition beside the image'),
  initializer,
});

const lossSchema = z.strictObject({
  adversarial: z
    .enum(['bce', 'lsgan', 'hinge', 'wgan-gp'])
    .describe('Cross-entropy, least squares, hinge, or Wasserstein with gradient penalty'),
  gan: weight.describe("Weight of the generator's adversarial term; a weight of 0 leaves its term out"),
  l1: weight.describe('Weight of mean |target − generated|'),
  l2: weight.describe('Weight of mean (target − generated)²'),
  totalVariation: weight.describe('Weight of the mean difference between neighbouring pixels'),
  featureMatching: weight.describe("Weight of how differently the discriminator's layers see both images"),
  gradientPenalty: weight.describe("Weight of wgan-gp's penalty on slopes other than 1"),
  discriminator: positive.describe("Factor on the discriminator's objective (the paper halves it)"),
});

const optimizerSchema = z.strictObject({
  method: z.enum(['adam', 'adamw', 'sgd']),
  learningRate: positive.describe('Of both networks, unless the discriminator has its own'),
  discriminatorLearningRate: positive.nullable().describe("The discriminator's; null: the generator's"),
  beta1: fraction,
  beta2: fraction,
  epsilon: positive,
  form: z.enum(['keras', 'pytorch']).describe('keras: ε outside the bias correction; pytorch: inside'),
  shared: z.boolean().describe('One step counter shared by both networks, as one Keras optimiser object has'),
  momentum: fraction.describe('sgd: share of the last direction that is kept'),
  weightDecay: weight.describe('adamw and sgd: pull on the weights towards 0'),
  clipNorm: positive.nullable().describe("Largest norm of a network's gradients; null: no limit"),
  accumulate: count.describe('Batches whose gradients are averaged for one update'),
  average: z
    .number()
    .positive()
    .lt(1)
    .nullable()
    .describe("Decay of an average of the generator's weights, which then translates; null: none"),
});

const scheduleSchema = z.strictObject({
  course: z
    .enum(['constant', 'linear', 'cosine', 'step', 'plateau'])
    .describe(
      'linear, cosine: falls to 0 at the end; step: × factor at intervals; plateau: × factor where losses stay',
    ),
  warmUpEpochs: weight.describe('Epochs, fractions included, in which the rate rises from 0; 0: none'),
  constantEpochs: z.int().min(0).describe('linear, cosine: epochs before the rate falls'),
  stepEpochs: count.describe('step: epochs between two falls'),
  patience: count.describe('plateau: steps without a better loss (averaged over about 100) before a fall'),
  factor: fraction.describe('step, plateau: what a fall multiplies the rate by'),
});

const channelsSchema = z.strictObject({
  condition: channels.describe(
    'Of the conditions: 1 for gray, 3 for RGB, 4 for RGBA, or as many as TIFF files have',
  ),
  target: channels.describe('Of the targets, and so of what the generator makes'),
});

const depth = z.literal(depths);

const depthSchema = z
  .strictObject({
    condition: depth,
    target: depth.describe('As deep as the targets are what is translated'),
  })
  .describe('Bits of the samples: 8, 16, or 32 for floats');

const resampling = z.enum(resamplings);

const resizeSchema = z.strictObject({
  mode: z
    .enum(sizeModes)
    .describe(
      'How pictures come to size; resize: squeezed; resize-and-crop: squeezed to size × jitter, then cropped; scale-width, scale-shorter-side: scaled in proportion to cover size × jitter, then cropped; crop: cropped; none: they must have it',
    ),
  condition: resampling.describe('area: mean of the covered area; nearest: no mixed colours, for label maps'),
  target: resampling,
});

const level = z.int().min(0).max(255);

const labelsSchema = z
  .strictObject({
    planes: z
      .boolean()
      .describe('Show the networks label maps as one plane a class, where conditions are label maps'),
    palette: z
      .array(z.tuple([level, level, level]))
      .min(2)
      .max(64)
      .nullable()
      .describe('Colours of the classes, 0 to 255; null: found in the training data when a run starts'),
    boundaries: z
      .enum(['none', 'labels', 'ids'])
      .describe(
        'A plane of what differs from a neighbour; labels: in its class; ids: in the last channel, which holds instance ids',
      ),
  })
  .describe('What the networks are shown of conditions that are label maps');

const augmentSchema = z.strictObject({
  jitter: z
    .number()
    .min(1)
    .max(2)
    .describe('Scale to size × jitter, then crop at random; 1: off (the paper: 286/256)'),
  mirror: z.boolean().describe('Mirror half of the pairs left to right'),
  rotation: z.number().min(0).max(180).describe('Turn pairs by up to so many degrees, either way'),
  scale: z.number().min(1).max(4).describe('Zoom in or out by up to this factor; 1: off'),
  color: fraction.describe('Change brightness, contrast and saturation of conditions by up to this share'),
});

const checkpointsSchema = z.strictObject({
  everyEpochs: count.describe('Save after every so many epochs'),
  everyMinutes: positive.nullable().describe('Save within epochs too, after so many minutes; null: no'),
  everySteps: count.nullable().describe('Save within epochs too, after so many steps; null: no'),
  keep: count.describe('How many of the newest checkpoints stay, besides the best'),
});

const guardSchema = z.strictObject({
  action: z
    .enum(['off', 'warn', 'rollback'])
    .describe(
      'What happens when training goes wrong: nothing, a warning, or a return to the last sound checkpoint; losses that are no numbers end the run unless off',
    ),
  steps: count.describe('Steps that a trouble has to last; losses that are no numbers count at once'),
  factor: fraction.describe('rollback: what the learning rate is multiplied by each time'),
  rollbacks: count.describe('rollback: how often at most'),
});

const validationSchema = z.strictObject({
  everySteps: count
    .nullable()
    .describe('Score pairs that are not learned from after every so many steps; null: never'),
  share: fraction.describe(
    'Share of the training pairs that is set aside for it, where the data has no val split',
  ),
  metric: z.enum(['l1', 'psnr', 'ssim', 'msSsim', 'colours']).describe('What the best checkpoint is best by'),
  patience: count
    .nullable()
    .describe('End the run after so many validations without a better one; null: do not'),
});

/** Everything that decides how a run trains. The command line, the saved run and the library share it. */
export const runConfigSchema = z.strictObject({
  preset: z.string().describe('The preset this config started from'),
  algorithm: z
    .enum(['article', 'paper'])
    .describe(
      'article: D on real, then on an inference-mode fake, then G through the frozen D; paper: one D update on both, then G',
    ),
  direction: z.enum(['AtoB', 'BtoA']).describe('Which side is the condition: AtoB learns A → B'),
  size: z.tuple([count, count]).describe('Height and width that the networks see, in pixels'),
  channels: channelsSchema,
  depth: depthSchema,
  epochs: count,
  steps: count.nullable().describe('Stop after so many steps; null: no limit of its own'),
  minutes: positive.nullable().describe('Stop after so many minutes; null: no limit of its own'),
  batchSize: count,
  precision: z
    .enum(['float32', 'float16'])
    .describe(
      'What activations and gradients are stored in while training; float16: only on graphics processors that have it. Weights, sums and updates are float32',
    ),
  shuffle: z.boolean().describe('Shuffle the pairs each epoch; off: sorted order'),
  seed: z.int(),
  generator: generatorSchema,
  discriminator: discriminatorSchema,
  loss: lossSchema,
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  labels: labelsSchema,
  resize: resizeSchema,
  augment: augmentSchema,
  freeze: z
    .string()
    .min(1)
    .nullable()
    .describe('Layers that keep their weights, such as "G/down*,D"; null: none'),
  checkpoints: checkpointsSchema,
  guard: guardSchema,
  validation: validationSchema,
});

export type RunConfig = z.infer<typeof runConfigSchema>;

/** Whether the generator's objective has a term that needs a discriminator. */
export function usesDiscriminator({ loss }: RunConfig): boolean {
  return loss.gan > 0 || loss.featureMatching > 0;
}

import * as z from 'zod';

const positive = z.number().positive();
const count = z.int().positive();
const fraction = z.number().min(0).max(1);

const generatorSchema = z.strictObject({
  architecture: z
    .enum(['article', 'unet'])
    .describe(
      'article: upsampling U-Net of "Pix2Pix Unleashed"; unet: transposed-convolution U-Net of Isola et al.',
    ),
  filters: count.describe('Filters of the first layer; deeper layers have up to 8 times as many'),
  levels: count
    .nullable()
    .describe(
      'Halvings between input and bottleneck; null: as many as the size allows, at most the original number',
    ),
  dropout: fraction.describe('Dropout rate of the innermost decoder blocks'),
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
    .describe('article: 4 strided layers, 16×16 patches at 256; patchgan: 70×70 patches'),
  filters: count.describe('Filters of the first layer'),
});

const lossSchema = z.strictObject({
  l1: z.number().min(0).describe('Weight of mean |target − generated|; 0 leaves it out'),
  discriminator: positive.describe("Factor on the discriminator's objective (the paper halves it)"),
});

const optimizerSchema = z.strictObject({
  learningRate: positive,
  beta1: fraction,
  beta2: fraction,
  epsilon: positive,
  form: z.enum(['keras', 'pytorch']).describe('keras: ε outside the bias correction; pytorch: inside'),
  shared: z.boolean().describe('One step counter shared by both networks, as one Keras optimiser object has'),
});

const augmentSchema = z.strictObject({
  jitter: z
    .number()
    .min(1)
    .max(2)
    .describe('Resize to size × jitter, then crop at random; 1: off (the paper: 286/256)'),
  mirror: z.boolean().describe('Mirror half of the pairs left to right'),
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
  epochs: count,
  steps: count.nullable().describe('Stop after so many steps; null: no limit of its own'),
  minutes: positive.nullable().describe('Stop after so many minutes; null: no limit of its own'),
  constantEpochs: count
    .nullable()
    .describe('Epochs before the learning rate falls linearly to 0; null: it stays'),
  batchSize: count,
  shuffle: z.boolean().describe('Shuffle the pairs each epoch; off: sorted order'),
  seed: z.int(),
  generator: generatorSchema,
  discriminator: discriminatorSchema,
  loss: lossSchema,
  optimizer: optimizerSchema,
  augment: augmentSchema,
});

export type RunConfig = z.infer<typeof runConfigSchema>;

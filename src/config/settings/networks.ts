import * as z from 'zod';
import { discriminatorNames } from '../../models/discriminators.ts';
import { generatorNames, generators } from '../../models/generators.ts';
import { initializerNames } from '../../nn/initializers.ts';
import { upsamplings } from '../../nn/layers.ts';
import { normKinds } from '../../nn/norms.ts';
import { below1, count, setting } from './declare.ts';
import { trainsDiscriminator } from './losses.ts';

const group = 'Networks';

/** What batch norms use when translating. */
export const statisticsKinds = ['moving', 'batch'] as const;

// Their flags set both networks; the discriminator also has separate flags.
const filters = {
  flag: 'filters',
  group,
  help: 'Filters in the generator’s first layer; sets the discriminator’s too, unless given separately',
  default: 64,
  common: true,
} as const;
const norm = {
  flag: 'norm',
  group,
  help: 'Normalisation in the generator; sets the discriminator’s too, unless given separately',
  details:
    'batch: by the statistics of the batch; instance: by those of each image; spectral: kernels by their largest singular value, in discriminators only',
  default: 'batch',
} as const;
const initializer = {
  flag: 'initializer',
  group,
  help: 'Weight initialisation of the generator; sets the discriminator’s too, unless given separately',
  details: 'normal: N(0, 0.02²), as in the paper',
  default: 'normal',
} as const;

const ofDiscriminator = <Info extends { readonly flag: string }>(info: Info, help: string) => ({
  ...info,
  flag: `discriminator-${info.flag}`,
  sharedFlag: info.flag,
  help,
  common: false,
});

export const generatorSchema = z.strictObject({
  architecture: setting(z.enum(generatorNames), {
    flag: 'generator',
    group,
    help: 'Generator network',
    details:
      'article: the U-Net of "Pix2Pix Unleashed"; unet: the U-Net of Isola et al.; clade: a U-Net whose decoder is normalised by each pixel’s label, or colour; resnet: residual blocks, as in CycleGAN and Pix2PixHD; enhancer: Pix2PixHD’s local enhancer around such a resnet at half the size',
    default: 'unet',
    common: true,
  }),
  filters: setting(count, {
    ...filters,
    details: 'Deeper layers of a U-Net have up to 8 times as many; an enhancer’s own first layer has half',
  }),
  levels: setting(count.nullable(), {
    flag: 'levels',
    group,
    help: 'Downsampling steps between input and bottleneck',
    details:
      'Without it, the number in the original network, or as many as the size allows. An enhancer’s first step does not count',
    default: null,
  }),
  blocks: setting(count, {
    flag: 'blocks',
    group,
    help: 'Residual blocks of a resnet, or of the resnet inside an enhancer',
    default: 9,
    needs: [{ 'generator.architecture': generatorNames.filter(name => generators[name].residual) }],
  }),
  enhancerBlocks: setting(count, {
    flag: 'enhancer-blocks',
    group,
    help: 'Residual blocks of the local enhancer, at half the size',
    default: 3,
    before: 3,
    needs: [{ 'generator.architecture': ['enhancer'] }],
  }),
  norm: setting(z.enum(normKinds), norm),
  upsampling: setting(z.enum(upsamplings), {
    flag: 'upsampling',
    group,
    help: 'Upsampling in the generator',
    details:
      'transposed: transposed convolution; resize: nearest neighbour, then a convolution; bilinear: bilinear interpolation, then a convolution',
    default: 'transposed',
  }),
  skips: setting(z.boolean(), {
    flag: 'skips',
    group,
    help: 'Skip connections of a U-Net; without them, an encoder–decoder',
    default: true,
  }),
  dropout: setting(below1, {
    flag: 'dropout',
    group,
    help: 'Dropout rate in the generator',
    details: 'In inner decoder blocks of a U-Net, or in residual blocks',
    default: 0.5,
  }),
  initializer: setting(z.enum(initializerNames), {
    ...initializer,
    details: `${initializer.details}. The norms of generator clade always start with he`,
  }),
  keepLuminance: setting(z.boolean(), {
    flag: 'keep-luminance',
    group,
    help: 'Generate only the colours, Cb and Cr; each pixel keeps the luminance of the condition',
    default: false,
    before: false,
  }),
  inference: z
    .strictObject({
      statistics: setting(z.enum(statisticsKinds), {
        flag: 'statistics',
        group,
        help: 'Batch norm statistics when translating',
        details: 'moving: moving averages from training; batch: those of the image itself',
        default: 'batch',
        needs: [{ 'generator.norm': ['batch'] }],
      }),
      dropout: setting(z.boolean(), {
        flag: 'inference-dropout',
        group,
        help: 'Keep dropout on when translating, as noise',
        default: true,
        needs: [{ 'generator.dropout': 'set' }],
      }),
    })
    .describe('How the trained generator behaves when it translates'),
});

export const discriminatorSchema = z.strictObject({
  architecture: setting(z.enum(discriminatorNames), {
    flag: 'discriminator',
    group,
    help: 'Discriminator network',
    details:
      'article: patches of 94×94; patchgan: of 70×70, as in the paper; segmentation: a U-Net that classifies each square of 2×2 pixels',
    default: 'patchgan',
  }),
  filters: setting(count, ofDiscriminator(filters, 'Filters in the first layer of the discriminator')),
  layers: setting(z.int().min(0).max(8), {
    flag: 'discriminator-layers',
    group,
    help: 'Strided layers of the discriminator, which set its patch size',
    details: 'For patchgan, 0 gives patches of a single pixel, 1 of 16×16, 3 of 70×70, 5 of 286×286',
    default: 3,
    needs: trainsDiscriminator,
  }),
  scales: setting(count.max(4), {
    flag: 'scales',
    group,
    help: 'Number of discriminators, each at half the size of the previous one',
    default: 1,
    needs: trainsDiscriminator,
  }),
  norm: setting(z.enum(normKinds), ofDiscriminator(norm, 'Normalisation in the discriminator')),
  blur: setting(z.boolean(), {
    flag: 'discriminator-blur',
    group,
    help: 'Blur the features before strided layers of the discriminator, against aliasing',
    default: false,
    before: false,
    needs: trainsDiscriminator,
  }),
  conditional: setting(z.boolean(), {
    flag: 'conditional',
    group,
    help: 'Show the condition to the discriminator as well',
    default: true,
    needs: trainsDiscriminator,
  }),
  initializer: setting(
    z.enum(initializerNames),
    ofDiscriminator(initializer, 'Weight initialisation of the discriminator'),
  ),
});

export const freezeSetting = setting(z.string().min(1).nullable(), {
  flag: 'freeze',
  group,
  hint: 'PATTERN',
  help: 'Layers whose weights stay fixed, such as "G/down*,D"',
  default: null,
  before: null,
});

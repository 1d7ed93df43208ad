import * as z from 'zod';
import { depths } from '../../core/image.ts';
import { resamplings, sizeModes } from '../../core/sizes.ts';
import { fraction, setting } from './declare.ts';

const group = 'Data';

const channels = z.int().min(1).max(64);

export const channelsSchema = z.strictObject({
  condition: setting(channels, {
    flag: 'condition-channels',
    group,
    help: 'Channels of the conditions, the input images (default: as in the data)',
    details: '1: gray; 3: RGB; 4: RGBA; or as many as the TIFF files have',
    default: 3,
    before: 3,
  }),
  target: setting(channels, {
    flag: 'target-channels',
    group,
    help: 'Channels of the targets (default: as in the data)',
    details: 'The generator’s output has as many',
    default: 3,
    before: 3,
  }),
});

export const depthSchema = z
  .strictObject({
    condition: setting(z.literal(depths), {
      flag: null,
      group,
      help: 'Bits per sample of the conditions; 32: floats',
      default: 8,
      before: 8,
    }),
    target: setting(z.literal(depths), {
      flag: 'depth',
      group,
      help: 'Bits per sample of translations; 32: floats (default: as in the data)',
      default: 8,
      before: 8,
    }),
  })
  .describe('Bits per sample: 8, 16, or 32 for floats');

export const resizeSchema = z.strictObject({
  mode: setting(z.enum(sizeModes), {
    flag: 'resize',
    group,
    help: 'How images are resized (default: by preset and data)',
    details:
      'resize: to the size, without keeping proportions; resize-and-crop: to size × jitter, then cropped; scale-width, scale-shorter-side: in proportion to cover size × jitter, then cropped; crop: cropped; none: images must have the size',
    default: 'resize-and-crop',
    before: 'resize-and-crop',
  }),
  condition: setting(z.enum(resamplings), {
    flag: 'condition-resampling',
    group,
    help: 'Resampling of conditions (default: nearest for label maps, else area)',
    details: 'area: mean of the covered area; nearest: no mixed colours, for label maps',
    default: 'area',
    before: 'area',
  }),
  target: setting(z.enum(resamplings), {
    flag: 'target-resampling',
    group,
    help: 'Resampling of targets (default: nearest for label maps, else area)',
    default: 'area',
    before: 'area',
  }),
});

const level = z.int().min(0).max(255);

/** Kinds of boundary planes. */
const boundaryKinds = ['none', 'labels', 'ids'] as const;

export const labelsSchema = z
  .strictObject({
    planes: setting(z.boolean(), {
      flag: 'label-planes',
      group,
      help: 'Feed label maps to the networks one-hot, one plane per class',
      default: false,
      before: false,
    }),
    palette: setting(
      z
        .array(z.tuple([level, level, level]))
        .min(2)
        .max(64)
        .nullable(),
      {
        flag: null,
        group,
        help: 'Colours of the classes, 0 to 255 (default: found in the training data)',
        default: null,
        before: null,
        needs: [{ 'labels.planes': 'set' }],
      },
    ),
    boundaries: setting(z.enum(boundaryKinds), {
      flag: 'boundaries',
      group,
      help: 'Show class or instance boundaries to the networks as a plane',
      details:
        'labels: where the class differs from a neighbour’s; ids: where the last channel does, which holds instance ids',
      default: 'none',
      before: 'none',
    }),
  })
  .describe('How label maps are shown to the networks');

export const augmentSchema = z.strictObject({
  jitter: setting(z.number().min(1).max(2), {
    flag: 'jitter',
    group: 'Augmentation',
    help: 'Scale to size × N, then crop at random; 1: off',
    details: 'The paper: 286/256',
    default: 286 / 256,
  }),
  mirror: setting(z.boolean(), {
    flag: 'mirror',
    group: 'Augmentation',
    help: 'Mirror half of the pairs left to right',
    default: true,
    common: true,
  }),
  rotation: setting(z.number().min(0).max(180), {
    flag: 'rotation',
    group: 'Augmentation',
    help: 'Rotate pairs at random by up to N degrees',
    default: 0,
    before: 0,
  }),
  scale: setting(z.number().min(1).max(4), {
    flag: 'scale',
    group: 'Augmentation',
    help: 'Zoom pairs in or out at random by up to a factor of N; 1: off',
    default: 1,
    before: 1,
  }),
  color: setting(fraction, {
    flag: 'color',
    group: 'Augmentation',
    help: 'Vary brightness, contrast and saturation of conditions at random, by a factor of 1 ± N',
    default: 0,
    before: 0,
  }),
  cutout: setting(fraction, {
    flag: 'cutout',
    group: 'Augmentation',
    help: 'Gray out a random square of conditions, with a side of N times the image’s',
    default: 0,
    before: 0,
  }),
  distort: setting(fraction, {
    flag: 'distort',
    group: 'Augmentation',
    help: 'Bend conditions at random by up to N times the image’s sides, as an unsteady hand would',
    details: 'For drawings by hand, and for label maps that do not fit exactly: 0.01 to 0.05',
    default: 0,
    before: 0,
  }),
  roughen: setting(fraction, {
    flag: 'roughen',
    group: 'Augmentation',
    help: 'Roughen the strokes of conditions at random: other widths, gaps, blurred edges; N from 0 to 1',
    details:
      'For models that people draw for. The background is taken to have the colour of the top left pixel',
    default: 0,
    before: 0,
  }),
});

import * as z from 'zod';
import type { RunConfig } from '../config/config.ts';
import { depths } from '../core/image.ts';
import { directions } from '../core/image-pair.ts';
import { resamplings } from '../core/sizes.ts';
import { fullPrecision } from '../lower/emitter.ts';
import { generatorSizes } from '../models/generators.ts';
import { packageVersion } from '../runs/version.ts';

/** Names of an exported model's input and output. */
export const CONDITION = 'condition';
export const GENERATED = 'generated';

/** Name of the output that counts NaN values, if a model has it. */
export const BROKEN = 'broken';

/** Precisions of an exported generator's weights. */
export const precisions = ['float32', 'float16', 'int8'] as const;
export type Precision = (typeof precisions)[number];

const imageSchema = z.object({
  name: z.string(),
  type: z.enum(['float32', 'uint8']),
  layout: z.enum(['NCHW', 'NHWC']),
  range: z.tuple([z.number(), z.number()]).describe('Black and white'),
  channels: z.int().positive(),
  order: z.string().describe('Meaning of the channels, such as RGB'),
  resampling: z.enum(resamplings).default('area').describe('How images of another size were resampled'),
  depth: z.literal(depths).default(8).describe('Bits of the samples in training; 32 means float'),
});

/** The description in an exported model, so that it can be run without further settings. */
const descriptionSchema = z.object({
  version: z.string().describe('Version of this package'),
  preset: z.string(),
  direction: z.enum(directions),
  input: imageSchema,
  output: imageSchema,
  size: z.object({
    fixed: z.tuple([z.int().positive(), z.int().positive()]).nullable().describe('Height, width'),
    multiple: z.int().positive().describe('What height and width must be multiples of'),
    smallest: z.int().positive(),
    trained: z.tuple([z.int().positive(), z.int().positive()]).describe('Height, width'),
  }),
  statistics: z.enum(['moving', 'image', 'none']).describe('Statistics that norms use'),
  receptiveField: z
    .int()
    .min(1)
    .nullable()
    .describe(
      'How many pixels of the input, along one side, a pixel of the result depends on; null: on the whole image',
    ),
  noise: z.boolean().describe('Whether dropout is on'),
  precision: z.preprocess(fullPrecision, z.enum(precisions)).describe('Of the weights'),
  memory: z
    .object({
      weights: z.number().describe('Bytes of the weights, as float32'),
      perPixel: z.number().describe('Peak bytes of images inside the network, per pixel'),
    })
    .nullable()
    .default(null)
    .describe('Memory needed; null: exported by an older version'),
});

export type ModelDescription = z.infer<typeof descriptionSchema>;

/** The stride and the smallest side of a generator's images. */
export function sizesOf({ generator: { architecture, levels } }: RunConfig): {
  multiple: number;
  smallest: number;
} {
  if (levels === null) throw new Error('Cannot compute sizes before the levels are resolved');
  return generatorSizes(architecture, levels);
}

export function describeModel(
  config: RunConfig,
  {
    size,
    form,
    receptiveField,
    memory,
  }: {
    size: readonly [number, number] | 'free';
    form: 'tensors' | 'image';
    receptiveField: number | null;
    memory: ModelDescription['memory'];
  },
): ModelDescription {
  const { norm, dropout, inference } = config.generator;
  const image = {
    ...(form === 'image'
      ? ({ type: 'uint8', layout: 'NHWC', range: [0, 255] } as const)
      : ({ type: 'float32', layout: 'NCHW', range: [-1, 1] } as const)),
  };
  const side = (name: string, of: 'condition' | 'target') => ({
    name,
    ...image,
    range: [...image.range] as [number, number],
    channels: config.channels[of],
    order: orders[config.channels[of]] ?? 'any',
    resampling: config.resize[of],
    depth: config.depth[of],
  });
  return {
    version: packageVersion,
    preset: config.preset,
    direction: config.direction,
    input: side(CONDITION, 'condition'),
    output: side(GENERATED, 'target'),
    size: {
      fixed: size === 'free' ? null : [...size],
      ...sizesOf(config),
      trained: config.size,
    },
    statistics:
      norm === 'none' ? 'none' : norm === 'batch' && inference.statistics === 'moving' ? 'moving' : 'image',
    receptiveField,
    noise: inference.dropout && dropout > 0,
    precision: 'float32',
    memory,
  };
}

const orders: Readonly<Record<number, string>> = { 1: 'gray', 2: 'gray and alpha', 3: 'RGB', 4: 'RGBA' };

const PREFIX = 'pix2pix.';

/** The description as a model's metadata: a key for each field, its value as JSON. */
export function metadataOf(description: ModelDescription): Record<string, string> {
  return Object.fromEntries(
    Object.entries(description).map(([key, value]) => [PREFIX + key, JSON.stringify(value)]),
  );
}

/** The description in a model's metadata; null if there is none that this version supports. */
export function descriptionIn(metadata: Readonly<Record<string, string>>): ModelDescription | null {
  try {
    const entries = Object.entries(metadata).flatMap(([key, value]) =>
      key.startsWith(PREFIX) ? [[key.slice(PREFIX.length), JSON.parse(value)] as const] : [],
    );
    return descriptionSchema.safeParse(fromOlder(Object.fromEntries(entries))).data ?? null;
  } catch {
    return null;
  }
}

/** Older files have `reach` instead of the receptive field: how far away its farthest pixel is. */
function fromOlder({ reach, ...fields }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (reach === undefined) return fields;
  return { ...fields, receptiveField: typeof reach === 'number' ? 2 * reach + 1 : reach };
}

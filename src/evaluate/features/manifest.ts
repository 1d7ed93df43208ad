import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UserError } from '../../core/errors.ts';
import { resamplings } from '../../core/sizes.ts';
import { explainFileError } from '../../files/file-error.ts';

const positive = z.int().positive();
const perChannel = z.tuple([z.number(), z.number(), z.number()]);

const manifestSchema = z
  .strictObject({
    input: z.strictObject({
      size: z.tuple([positive, positive]).nullable().default(null).describe('Height, width; null: any'),
      layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
      order: z.enum(['RGB', 'BGR']).default('RGB'),
      range: z.tuple([z.number(), z.number()]).describe('Black and white'),
      mean: perChannel.default([0, 0, 0]).describe('Subtracted after scaling, in the order of the channels'),
      std: z.tuple([positiveNumber(), positiveNumber(), positiveNumber()]).default([1, 1, 1]),
      resampling: z.enum(resamplings).default('area'),
    }),
    features: z
      .string()
      .optional()
      .describe('Output for FID and KID: [1, D], or with pixels, which are averaged'),
    layers: z
      .array(
        z.strictObject({
          output: z.string(),
          weights: z.array(z.number().min(0)).optional().describe('One per channel; default: all 1'),
        }),
      )
      .min(1)
      .optional()
      .describe('Outputs for LPIPS'),
  })
  .refine(({ features, layers }) => features !== undefined || layers !== undefined, {
    message: 'it names neither "features" (for FID and KID) nor "layers" (for LPIPS)',
  });

/** A feature network's input format, and the meaning of its outputs. */
export type FeatureManifest = z.infer<typeof manifestSchema>;

/** `inception.onnx` → `inception.json` */
export function manifestPath(network: string): string {
  return `${network.replace(/\.onnx$/i, '')}.json`;
}

/**
 * Reads the manifest in the network's folder. Throws {@link UserError}, with an example if there is none.
 * @param outputs the network's outputs, for the example.
 */
export async function readManifest(network: string, outputs: readonly string[]): Promise<FeatureManifest> {
  const path = manifestPath(network);
  const text = await readFile(path, 'utf8').catch(error => {
    if (error.code === 'ENOENT') throw missing(network, path, outputs);
    throw new UserError(`Cannot read "${path}": ${explainFileError(error)}`);
  });
  const manifest = manifestSchema.safeParse(parse(text, path));
  if (manifest.success) return manifest.data;
  const { path: field, message } = manifest.error.issues[0]!;
  const where = field.length === 0 ? '' : `"${field.join('.')}": `;
  throw new UserError(`Cannot use "${path}": ${where}${message}; an example is ${example(outputs)}`);
}

function missing(network: string, path: string, outputs: readonly string[]): UserError {
  const names = outputs.map(name => `"${name}"`).join(', ');
  return new UserError(
    `Cannot use feature network "${network}": the file "${path}" must describe its input, such as ${example(outputs)}; ` +
      `its outputs are ${names}`,
  );
}

function example(outputs: readonly string[]): string {
  return JSON.stringify({
    input: { size: [299, 299], layout: 'NCHW', range: [-1, 1] },
    features: outputs.at(-1) ?? 'features',
  });
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`Cannot use "${path}": it is not valid JSON`);
  }
}

function positiveNumber() {
  return z.number().positive();
}

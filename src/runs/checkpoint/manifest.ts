import * as z from 'zod';
import { runConfigSchema } from '../../config/config.ts';
import { explainConfigIssue } from '../../config/config-issue.ts';
import { completeConfig } from '../../config/settings-index.ts';
import { UserError } from '../../core/errors.ts';
import { packageVersion } from '../version.ts';
import { sha256 } from './sha256.ts';

/** Version of the checkpoint format; raised whenever older versions could not read new checkpoints. */
const checkpointFormat = 1;

const count = z.int().min(0);

/** A position in a run: `step` steps are done, and `batch` of epoch `epoch` (both counted from 0) comes next. */
const positionSchema = z.strictObject({ epoch: count, batch: count, step: count });

const bestSchema = z.strictObject({
  metric: z.string(),
  value: z.number(),
  step: count,
});

const trainingSchema = z.strictObject({
  /** A fingerprint of the training pairs and their order: {@link pairsFingerprint}. */
  pairs: z.string(),
  /** Length of log.jsonl in bytes at this point. */
  log: count,
  /** Seconds of training so far: of the run, and of the current epoch. */
  seconds: z.number(),
  epochSeconds: z.number(),
  counts: z.record(z.string(), z.record(z.string(), z.number().nullable())),
  streams: z.record(z.string(), z.array(z.int())),
});

const manifestSchema = z.strictObject({
  format: z.literal(checkpointFormat),
  version: z.string(),
  savedAt: z.iso.datetime(),
  config: runConfigSchema,
  position: positionSchema,
  best: bestSchema.nullable(),
  training: trainingSchema.nullable(),
});

export type Position = z.infer<typeof positionSchema>;

/** A run's best checkpoint by a metric, and the metric's value. */
export type Best = z.infer<typeof bestSchema>;

/** A checkpoint's metadata; `training` is null if it holds only a model, without training state. */
export type Manifest = z.infer<typeof manifestSchema>;

export function encodeManifest(manifest: Omit<Manifest, 'format' | 'version' | 'savedAt'>): string {
  const origin = { format: checkpointFormat, version: packageVersion, savedAt: new Date().toISOString() };
  return `${JSON.stringify({ ...origin, ...manifest }, null, 2)}\n`;
}

/** Throws {@link UserError}, naming the source `name`, for a format or content that this version can't read. */
export function decodeManifest(text: string, name: string): Manifest {
  const raw = parse(text, name);
  const { format, version } = originSchema.safeParse(raw).data ?? {};
  if (format !== undefined && format > checkpointFormat) {
    throw new UserError(
      `Cannot read checkpoint ${name}: version ${version} wrote it in format ${format}, ` +
        `and version ${packageVersion} reads up to ${checkpointFormat}; use the newer version`,
    );
  }
  const complete = { ...raw, config: completeConfig(raw.config) };
  const parsed = manifestSchema.safeParse(complete);
  if (parsed.success) return parsed.data;
  throw new UserError(`Cannot read checkpoint ${name}: ${explainConfigIssue(parsed.error, complete)}`);
}

const originSchema = z.object({ format: z.number(), version: z.string() });

function parse(text: string, name: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new UserError(`Cannot read checkpoint ${name}: its checkpoint.json is damaged`);
  }
}

/** The files of a checkpoint. */
export const checkpointFiles = {
  manifest: 'checkpoint.json',
  model: 'model.safetensors',
  optimizerState: 'training.safetensors',
} as const;

/** Checksums of a checkpoint's files, in the format of `sha256sum -c SHA256SUMS`. */
export const sumsFile = 'SHA256SUMS';

export function encodeSums(sums: Readonly<Record<string, string>>): string {
  return Object.entries(sums)
    .map(([file, sum]) => `${sum}  ${file}\n`)
    .join('');
}

/** The inverse of {@link encodeSums}: checksums by file name. */
export function decodeSums(text: string): ReadonlyMap<string, string> {
  const lines = [...text.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)];
  return new Map(lines.map(([, sum, file]) => [file!, sum!]));
}

/** The folder name of the checkpoint after `step` steps. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(7, '0')}`;
}

/** Names training pairs and their order: a place in the shuffled data means something for these alone. */
export async function pairsFingerprint(pairs: readonly { readonly name: string }[]): Promise<string> {
  const names = pairs.map(({ name }) => name).join('\n');
  const digest = await sha256(new TextEncoder().encode(names));
  return `${pairs.length} pairs ${digest.slice(0, 16)}`;
}

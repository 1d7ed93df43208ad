import * as z from 'zod';
import { runConfigSchema } from '../../config/config.ts';
import { explainConfigIssue } from '../../config/config-issue.ts';
import { completeConfig } from '../../config/older-config.ts';
import { UserError } from '../../core/errors.ts';
import { packageVersion } from '../version.ts';

/** Number of the layout that checkpoints are written in; raised whenever an older version could not read them. */
export const checkpointFormat = 1;

const count = z.int().min(0);

/** A place in the course of a run: `step` steps are done, and `batch` of epoch `epoch`, both from 0, comes next. */
const positionSchema = z.strictObject({ epoch: count, batch: count, step: count });

const bestSchema = z.strictObject({
  metric: z.string(),
  value: z.number(),
  step: count,
});

const trainingSchema = z.strictObject({
  /** Names the training pairs and their order: {@link fingerprintOf}. */
  pairs: z.string(),
  /** Bytes of log.jsonl at this point. */
  log: count,
  /** Seconds that the run has taken, and its epoch so far. */
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

/** The checkpoint of a run that did best by a metric, and its value there. */
export type Best = z.infer<typeof bestSchema>;

/** What a checkpoint says about itself beside its tensors; `training` is null where it is a model to use only. */
export type Manifest = z.infer<typeof manifestSchema>;

export function encodeManifest(manifest: Omit<Manifest, 'format' | 'version' | 'savedAt'>): string {
  const origin = { format: checkpointFormat, version: packageVersion, savedAt: new Date().toISOString() };
  return `${JSON.stringify({ ...origin, ...manifest }, null, 2)}\n`;
}

/** Throws {@link UserError}, with `name` as the source, for a format or content that this version can't use. */
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

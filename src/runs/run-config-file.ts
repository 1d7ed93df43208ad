import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type RunConfig, runConfigSchema } from '../config/config.ts';
import { explainConfigIssue } from '../config/config-issue.ts';
import { completeConfig } from '../config/older-config.ts';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { writeFile } from '../files/write-file.ts';
import { packageVersion } from './version.ts';

/** Where a run's pairs come from. */
export interface RunSource {
  /** Folder of image pairs. */
  readonly data: string;
  /** Leave out pairs that can't be read. */
  readonly skipBad: boolean;
  /** The model whose weights the run starts from, instead of random ones. */
  readonly from?: string | undefined;
}

const savedSchema = z.strictObject({
  version: z.string(),
  source: z.strictObject({ data: z.string(), skipBad: z.boolean(), from: z.string().optional() }).optional(),
  ...runConfigSchema.shape,
});

/** Where a run folder keeps its config. */
export function configPath(runFolder: string): string {
  return join(runFolder, 'config.json');
}

/** Saves a run's config and where its pairs come from, with the version of the package that wrote it. */
export async function writeConfig(runFolder: string, config: RunConfig, source?: RunSource): Promise<void> {
  const content = JSON.stringify({ version: packageVersion, ...(source && { source }), ...config }, null, 2);
  await writeFile(configPath(runFolder), `${content}\n`);
}

/** The config that a run was trained with. Throws {@link UserError} where it is missing, damaged or not understood. */
export async function readConfig(runFolder: string): Promise<RunConfig> {
  return (await readRun(runFolder)).config;
}

/** A run's config and where its pairs come from, unless nobody knows: a model that was imported, or an older run. */
export async function readRun(runFolder: string): Promise<{ config: RunConfig; source?: RunSource }> {
  const path = configPath(runFolder);
  const saved = completeConfig(parseJson(await readText(path), path));
  const parsed = savedSchema.safeParse(saved);
  if (parsed.success) {
    const { version: _, source, ...config } = parsed.data;
    return { config, ...(source && { source }) };
  }
  const version = z.object({ version: z.string() }).safeParse(saved).data?.version;
  const origin =
    version && version !== packageVersion
      ? ` (written by version ${version}, this is ${packageVersion})`
      : '';
  throw new UserError(`Cannot use run config "${path}"${origin}: ${explainConfigIssue(parsed.error, saved)}`);
}

/** Whether a folder holds something that a training run wrote, whatever its version. */
export async function isRunFolder(folder: string): Promise<boolean> {
  const text = await readFile(configPath(folder), 'utf8').catch(() => '');
  return /"preset"\s*:/.test(text) && /"discriminator"\s*:/.test(text);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError(`Cannot read run config "${path}": ${explainFileError(error)}`);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`Cannot read run config "${path}": it is not valid JSON; restore it or train again`);
  }
}

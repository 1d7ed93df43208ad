import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type RunConfig, runConfigSchema } from '../config/config.ts';
import { explainConfigIssue } from '../config/config-issue.ts';
import { completeConfig } from '../config/older-config.ts';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { writeFile } from '../files/write.ts';
import { packageVersion } from './version.ts';

/** The data of a run. */
export interface RunSource {
  /** Folder of image pairs. */
  readonly data: string;
  /** Skip pairs that can't be read. */
  readonly skipBad: boolean;
  /** The model whose weights the run starts from; random weights if absent. */
  readonly from?: string | undefined;
}

const savedSchema = z.strictObject({
  version: z.string(),
  source: z.strictObject({ data: z.string(), skipBad: z.boolean(), from: z.string().optional() }).optional(),
  ...runConfigSchema.shape,
});

/** The path of a run folder's config. */
export function configPath(runFolder: string): string {
  return join(runFolder, 'config.json');
}

/** Saves a run's config and its data source, with the version of this package. */
export async function writeConfig(runFolder: string, config: RunConfig, source?: RunSource): Promise<void> {
  const content = JSON.stringify({ version: packageVersion, ...(source && { source }), ...config }, null, 2);
  await writeFile(configPath(runFolder), `${content}\n`);
}

/** A run's config. Throws {@link UserError} if it is missing, damaged or not valid. */
export async function readConfig(runFolder: string): Promise<RunConfig> {
  return (await readRun(runFolder)).config;
}

/** A run's config and its data source, which is unknown for imported models and older runs. */
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

/** Whether a folder is a run folder, of any version. */
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

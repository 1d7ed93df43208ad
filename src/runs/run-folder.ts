import { readFile, rm, rmdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { type RunConfig, runConfigSchema } from '../config/config.ts';
import { explainConfigIssue } from '../config/config-issue.ts';
import { completeConfig } from '../config/settings-index.ts';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { entriesIn, exists, makeFolder } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import { checkpointsFolder, listCheckpoints } from './checkpoint/read.ts';
import { sweepCheckpoints } from './checkpoint/write.ts';
import { logFile } from './events.ts';
import { assertNotTraining, lockPath } from './lock.ts';
import {
  bringRunBack,
  deleteReplacedRun,
  finishInterruptedMove,
  hasReplacedRun,
  setRunAside,
} from './replaced-run.ts';
import { packageVersion } from './version.ts';

/** File name of the picture of the first pair among a run's samples; written before training starts. */
export const firstPairPicture = 'pair.png';

/** The paths in a run folder. */
export function runPaths(folder: string) {
  return {
    config: configPath(folder),
    forms: join(folder, 'forms.json'),
    log: join(folder, logFile),
    samples: join(folder, 'samples'),
    checkpoints: checkpointsFolder(folder),
    lock: lockPath(folder),
    tensorboard: join(folder, 'tensorboard'),
    csv: join(folder, 'log.csv'),
    from: join(folder, 'from'),
  };
}

/** The folder of weights in runs of early versions. */
const olderWeights = 'weights';

/**
 * Creates an empty run folder with `samples/` and `checkpoints/`. An existing run is replaced only with `force`, never
 * while it is training; only its own files are deleted, and only when the new run saves its first checkpoint. Throws
 * {@link UserError} if the path is in use or can't be written.
 */
export async function createRunFolder(folder: string, { force }: { readonly force: boolean }): Promise<void> {
  await makeFolder(folder);
  await assertNotTraining(folder);
  await settleReplacement(folder);
  if (!(await isUnused(folder))) {
    if (!force) {
      const goOn = (await isRunFolder(folder)) ? `--resume ${folder} to continue it, ` : '';
      throw new UserError(
        `Cannot train into "${folder}": it is not empty; pass ${goOn}--force to replace a run, or another --out`,
      );
    }
    if (!(await isRunFolder(folder))) {
      throw new UserError(
        `Cannot replace "${folder}": it is not a run folder, and --force only replaces runs; use another --out`,
      );
    }
    await replaceRun(folder);
  }
  await makeFolder(runPaths(folder).samples);
  await makeFolder(runPaths(folder).checkpoints);
  await assertWritable(folder);
}

/** Ends what an interrupted `--force` has left: the run with a checkpoint stays, the new one or else the old one. */
async function settleReplacement(folder: string): Promise<void> {
  await finishInterruptedMove(folder);
  if (!(await hasReplacedRun(folder))) return;
  await discardUnsavedRun(folder);
  await deleteReplacedRun(folder);
}

/**
 * Removes the files of a run that ended before its first checkpoint, so that the next run can use the folder; brings back
 * the run that it was to replace.
 */
export async function discardUnsavedRun(folder: string): Promise<void> {
  if ((await listCheckpoints(folder)).length > 0) return;
  await sweepCheckpoints(folder);
  const { config, forms, log, samples, checkpoints, tensorboard, csv, from } = runPaths(folder);
  const pictures = (await contentsOf(samples)).filter(isSample).map(name => join(samples, name));
  for (const path of [config, forms, log, csv, tensorboard, from, ...pictures])
    await rm(path, { force: true, recursive: true });
  // A folder is kept if it holds other files.
  for (const each of [samples, checkpoints]) await rmdir(each).catch(() => undefined);
  await bringRunBack(folder);
}

/** Like {@link discardUnsavedRun}, and removes the folder itself if it is empty then. Call it without a lock. */
export async function removeUnsavedRun(folder: string): Promise<void> {
  await discardUnsavedRun(folder);
  await rmdir(folder).catch(() => {});
}

/** `runs/<preset>-<data set>`, or the first of `…-2`, `…-3`, … that is free. */
export function defaultRunFolder(preset: string, data: string): Promise<string> {
  return freeRunFolder(`${preset}-${basename(resolve(data)) || 'data'}`);
}

/** `<root>/<name>`, or the first of `…-2`, `…-3`, … that is free. */
export async function freeRunFolder(name: string, root = 'runs'): Promise<string> {
  const first = join(root, name);
  for (let number = 1; ; number++) {
    const folder = number === 1 ? first : `${first}-${number}`;
    if (!(await exists(folder))) return folder;
  }
}

/** Whether a run writes samples under this name. */
function isSample(name: string): boolean {
  return name === firstPairPicture || /^(validation-)?\d+\.png$/.test(name);
}

/** Whether the folder is empty, or left by a run that failed before it wrote anything. */
async function isUnused(folder: string): Promise<boolean> {
  const { samples, checkpoints, lock } = runPaths(folder);
  const own = [samples, checkpoints, lock].map(path => basename(path));
  const names = await contentsOf(folder);
  if (names.some(name => !own.includes(name))) return false;
  return (await contentsOf(samples)).length + (await contentsOf(checkpoints)).length === 0;
}

async function contentsOf(folder: string): Promise<string[]> {
  return entriesIn(folder).catch(error => {
    throw new UserError(`Cannot open the run folder "${folder}": ${explainFileError(error)}`);
  });
}

async function replaceRun(folder: string): Promise<void> {
  const { lock, ...paths } = runPaths(folder);
  try {
    await rm(lock, { force: true });
    await setRunAside(folder, [...Object.values(paths).map(path => basename(path)), olderWeights]);
  } catch (error) {
    throw new UserError(`Cannot replace the run in "${folder}": ${explainFileError(error)}`);
  }
}

/** Permission bits mean nothing for root or on read-only disks, so a folder is created and removed. */
async function assertWritable(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${process.pid}`);
  await makeFolder(probe);
  await rm(probe, { recursive: true, force: true });
}

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
function configPath(runFolder: string): string {
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

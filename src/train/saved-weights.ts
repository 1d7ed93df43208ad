import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { isRunFolder } from './run-config-file.ts';
import { runPaths } from './run-folder.ts';

/** A weights file of a run, after so many steps. */
export interface SavedWeights {
  readonly path: string;
  readonly step: number;
}

/** A trained model on disk: the run with its config, and the weights to use. */
export interface ModelFiles {
  readonly runFolder: string;
  readonly weights: string;
}

/** Where a run's weights after `step` steps lie. */
export function weightsPath(runFolder: string, step: number): string {
  return join(runPaths(runFolder).weights, `step-${String(step).padStart(7, '0')}.safetensors`);
}

/** A run's weights files, oldest first. */
export async function listWeights(runFolder: string): Promise<SavedWeights[]> {
  const { weights } = runPaths(runFolder);
  const names = await readdir(weights).catch(() => []);
  const saved = names.flatMap(name => {
    const step = /^step-(\d+)\.safetensors$/.exec(name)?.[1];
    return step ? [{ path: join(weights, name), step: Number(step) }] : [];
  });
  return saved.sort((a, b) => a.step - b.step);
}

/** The newest weights of a run. Throws {@link UserError} where it has none. */
export async function latestWeights(runFolder: string): Promise<string> {
  const latest = (await listWeights(runFolder)).at(-1);
  if (latest) return latest.path;
  throw new UserError(
    `Cannot use "${runFolder}": it has no weights yet, as it was stopped before its first were saved; train it again`,
  );
}

/** Removes all but the newest `keep` weights files of a run. */
export async function pruneWeights(runFolder: string, keep = 3): Promise<void> {
  const old = (await listWeights(runFolder)).slice(0, -keep);
  for (const { path } of old) await rm(path, { force: true });
}

/** Finds the model that a path names: a run folder (its newest weights) or one of a run's weights files. */
export async function resolveModel(path: string): Promise<ModelFiles> {
  const found = await stat(path).catch(() => undefined);
  if (!found)
    throw new UserError(
      `Cannot open model "${path}": it does not exist; pass a run folder such as "runs/demo"`,
    );
  if (found.isDirectory()) {
    if (await isRunFolder(path)) return { runFolder: path, weights: await latestWeights(path) };
    throw new UserError(`Cannot open model "${path}": the folder is no run, as it has no config.json of one`);
  }
  if (extname(path) !== '.safetensors') {
    throw new UserError(`Cannot open model "${path}": pass a run folder or one of its .safetensors files`);
  }
  for (const runFolder of [dirname(path), dirname(dirname(path))]) {
    if (await isRunFolder(runFolder)) return { runFolder, weights: path };
  }
  throw new UserError(
    `Cannot open model "${path}": no config.json of a run lies beside it or one folder up; keep weights in their run folder`,
  );
}

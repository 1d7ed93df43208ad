import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { RunConfig } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import { isFiniteThroughout } from '../core/finite.ts';
import { readWeights } from '../files/weights-file.ts';
import type { WeightsMap } from '../formats/safetensors.ts';
import { checkpointFiles } from './checkpoint/manifest.ts';
import { isCheckpoint, listCheckpoints, readModel } from './checkpoint/read.ts';
import { isRunFolder, readConfig } from './run-folder.ts';

/** A trained model: its run config, and all tensors by variable name. */
export interface SavedModel {
  /** The checkpoint folder or file that was read. */
  readonly path: string;
  readonly config: RunConfig;
  readonly tensors: WeightsMap;
}

/**
 * Reads the model at a path: a run folder (its newest checkpoint), a checkpoint, or one of a run's .safetensors files.
 * Throws {@link UserError} if there is none or it is damaged.
 */
export async function openModel(path: string): Promise<SavedModel> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new UserError(
      `Cannot open model "${path}": it does not exist; pass a run folder such as "runs/demo"`,
    );
  }
  if (!found.isDirectory()) return openFile(path);
  if (await isCheckpoint(path)) return openCheckpoint(path);
  if (await isRunFolder(path)) return openRun(path);
  throw new UserError(
    `Cannot open model "${path}": it has no config.json, so it is not a run folder; pass a run folder such as "runs/demo"`,
  );
}

/** Like {@link openModel}. Throws {@link UserError} also if the weights are NaN or infinite. */
export async function openFiniteModel(path: string): Promise<SavedModel> {
  const model = await openModel(path);
  const broken = [...model.tensors].find(([, { data }]) => !isFiniteThroughout(data));
  if (!broken) return model;
  throw new UserError(
    `Cannot use model "${path}": weight "${broken[0]}" holds NaN or infinite values, since its training diverged; ` +
      'train again with a lower --learning-rate or with --clip-norm 1',
  );
}

/** The newest checkpoint of a run. Runs of early versions have files of weights instead. */
async function openRun(runFolder: string): Promise<SavedModel> {
  const newest = (await listCheckpoints(runFolder)).at(-1);
  if (newest) return openCheckpoint(newest.path);
  const older = await newestOlderWeights(runFolder);
  if (older) return openFile(older);
  throw new UserError(
    `Cannot use "${runFolder}": it has no checkpoint: the run was stopped before the first one was saved; train it again`,
  );
}

async function openCheckpoint(path: string): Promise<SavedModel> {
  const { manifest, model } = await readModel(path);
  return { path, config: manifest.config, tensors: model };
}

/** A weights file, with its run's config in the same folder or the one above. */
async function openFile(path: string): Promise<SavedModel> {
  if (extname(path) !== '.safetensors') {
    const reason = extname(path) === '.onnx' ? 'it is exported already; ' : '';
    throw new UserError(
      `Cannot open model "${path}": ${reason}pass a run folder, a checkpoint or one of their .safetensors files`,
    );
  }
  const folder = dirname(path);
  if (basename(path) === checkpointFiles.model && (await isCheckpoint(folder))) return openCheckpoint(folder);
  for (const runFolder of [folder, dirname(folder)]) {
    if (await isRunFolder(runFolder)) {
      const config = await readConfig(runFolder);
      return { path, config, tensors: (await readWeights(path)).tensors };
    }
  }
  throw new UserError(
    `Cannot open model "${path}": no config.json of a run in its folder or the one above; keep weights in their run folder`,
  );
}

/** The newest weights file of a run of an early version: `weights/step-0000400.safetensors`. */
export async function newestOlderWeights(runFolder: string): Promise<string | undefined> {
  const folder = join(runFolder, 'weights');
  const names = await readdir(folder).catch(() => []);
  const newest = names
    .filter(name => /^step-\d+\.safetensors$/.test(name))
    .sort(byStep)
    .at(-1);
  return newest && join(folder, newest);
}

function byStep(a: string, b: string): number {
  return Number(/\d+/.exec(a)) - Number(/\d+/.exec(b));
}

import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { explainFileError } from '../../files/file-error.ts';
import { exists, makeFolder } from '../../files/folder.ts';
import { safetensorsPieces } from '../../files/weights-file.ts';
import { syncFolder, writePieces } from '../../files/write.ts';
import type { WeightsMap } from '../../formats/safetensors.ts';
import { deleteReplacedRun } from '../replaced-run.ts';
import {
  type Best,
  checkpointFiles,
  encodeManifest,
  encodeSums,
  type Manifest,
  sumsFile,
} from './manifest.ts';
import { checkpointPath, checkpointsFolder, listCheckpoints } from './read.ts';

/** The content of a checkpoint. `optimizerState`, and `training` in the manifest, are missing if it can't be resumed from. */
export interface CheckpointContent {
  readonly manifest: Omit<Manifest, 'format' | 'version' | 'savedAt'>;
  readonly model: WeightsMap;
  readonly optimizerState: WeightsMap | null;
}

/**
 * Writes a checkpoint into a run folder, atomically: into a temporary folder, each file flushed to the disk, which is
 * then renamed. An existing checkpoint of the same step is kept, since equal steps of a run have equal states. A run that
 * this one replaces is deleted then. Throws {@link UserError} if the disk refuses; earlier checkpoints are not affected.
 * @returns its path.
 */
export async function writeCheckpoint(runFolder: string, content: CheckpointContent): Promise<string> {
  const path = checkpointPath(runFolder, content.manifest.position.step);
  const temporary = join(dirname(path), `.writing-${process.pid}`);
  await makeFolder(dirname(path));
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary);
    await writeFiles(temporary, content);
    await syncFolder(temporary);
    await rename(temporary, path).catch(async error => {
      if (!(await exists(path))) throw error;
    });
    await syncFolder(dirname(path));
  } catch (error) {
    throw new UserError(`Cannot save checkpoint "${path}": ${explainFileError(error)}`);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
  }
  // If the disk refuses, the next checkpoint deletes it.
  await deleteReplacedRun(runFolder).catch(() => {});
  return path;
}

/** Copies a checkpoint's model into a new folder, without what is needed to resume its training. Throws {@link UserError}. */
export async function copyModel(checkpoint: string, folder: string): Promise<void> {
  try {
    await mkdir(folder);
    for (const file of [checkpointFiles.model, checkpointFiles.manifest, sumsFile])
      await copyFile(join(checkpoint, file), join(folder, file));
  } catch (error) {
    throw new UserError(`Cannot copy the model of "${checkpoint}": ${explainFileError(error)}`);
  }
}

async function writeFiles(
  folder: string,
  { manifest, model, optimizerState }: CheckpointContent,
): Promise<void> {
  const { config, position } = manifest;
  const metadata = { config: JSON.stringify(config), epoch: `${position.epoch}`, step: `${position.step}` };
  const contents: readonly [file: string, pieces: Iterable<Uint8Array>][] = [
    [checkpointFiles.model, safetensorsPieces(model, metadata)],
    ...(optimizerState
      ? [[checkpointFiles.optimizerState, safetensorsPieces(optimizerState)] satisfies [string, unknown]]
      : []),
    [checkpointFiles.manifest, [Buffer.from(encodeManifest(manifest))]],
  ];
  const sums: Record<string, string> = {};
  for (const [file, pieces] of contents) sums[file] = await writePieces(join(folder, file), pieces);
  await writePieces(join(folder, sumsFile), [Buffer.from(encodeSums(sums))]);
}

/**
 * Removes all of a run's checkpoints but the newest `keep`, the best one, and the newest one up to step `soundStep`.
 */
export async function pruneCheckpoints(
  runFolder: string,
  keep: number,
  best: Best | null,
  soundStep: number,
): Promise<void> {
  const all = await listCheckpoints(runFolder);
  const sound = all.findLast(({ step }) => step <= soundStep);
  for (const entry of all.slice(0, -keep)) {
    if (entry.step !== best?.step && entry !== sound) await removeCheckpoint(entry.path);
  }
}

/** Removes a checkpoint. It is renamed first, so that other processes never see half of it. */
export async function removeCheckpoint(path: string): Promise<void> {
  const temporary = join(path, '..', `.removing-${process.pid}`);
  await rm(temporary, { recursive: true, force: true });
  await rename(path, temporary);
  await rm(temporary, { recursive: true, force: true });
}

/** Removes incomplete checkpoints of a killed training process. */
export async function sweepCheckpoints(runFolder: string): Promise<void> {
  const folder = checkpointsFolder(runFolder);
  for (const name of await readdir(folder).catch(() => [])) {
    if (/^\.(writing|removing)-\d+$/.test(name))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

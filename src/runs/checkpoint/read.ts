import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { explainFileError } from '../../files/file-error.ts';
import { readHashed } from '../../files/read.ts';
import { decodeWeights, type WeightsMap } from '../../formats/safetensors.ts';
import type { SavedState } from '../../step/training-state.ts';
import {
  checkpointFiles,
  checkpointName,
  decodeManifest,
  decodeSums,
  type Manifest,
  sumsFile,
} from './manifest.ts';

/** A checkpoint of a run, after `step` steps. */
export interface CheckpointEntry {
  readonly path: string;
  readonly step: number;
}

/** The folder of a run's checkpoints. */
export function checkpointsFolder(runFolder: string): string {
  return join(runFolder, 'checkpoints');
}

/** The path of a run's checkpoint after `step` steps. */
export function checkpointPath(runFolder: string, step: number): string {
  return join(checkpointsFolder(runFolder), checkpointName(step));
}

/** A run's checkpoints, oldest first. */
export async function listCheckpoints(runFolder: string): Promise<CheckpointEntry[]> {
  const folder = checkpointsFolder(runFolder);
  const names = await readdir(folder).catch(() => []);
  const found = names.flatMap(name => {
    const step = /^step-(\d+)$/.exec(name)?.[1];
    return step ? [{ path: join(folder, name), step: Number(step) }] : [];
  });
  return found.sort((a, b) => a.step - b.step);
}

/** A checkpoint is damaged; another one has to be used. */
export class DamagedCheckpoint extends UserError {
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(`Cannot read checkpoint "${path}": ${reason}; use another checkpoint of the run`);
  }
}

/** The state from which training resumes. */
export interface SavedTraining {
  readonly manifest: Manifest;
  readonly training: NonNullable<Manifest['training']>;
  readonly state: SavedState;
}

/** A checkpoint's manifest. Throws {@link UserError} if it is damaged. */
export async function readManifest(path: string): Promise<Manifest> {
  const [bytes] = await readChecked(path, [checkpointFiles.manifest]);
  return decodeManifest(textOf(bytes!), `"${path}"`);
}

/** A checkpoint's manifest and model, after comparing checksums. Throws {@link UserError} if it is damaged. */
export async function readModel(path: string): Promise<{ manifest: Manifest; model: WeightsMap }> {
  const bytes = await readChecked(path, [checkpointFiles.manifest, checkpointFiles.model]);
  return {
    manifest: decodeManifest(textOf(bytes[0]!), `"${path}"`),
    model: decodeWeights(bytes[1]!, `"${join(path, checkpointFiles.model)}"`).tensors,
  };
}

/**
 * Everything needed to resume training. Throws {@link UserError} if the checkpoint is damaged or holds only a model.
 */
export async function readTrainingState(path: string): Promise<SavedTraining> {
  const { manifest, model } = await readModel(path);
  const { training } = manifest;
  if (!training) {
    throw new UserError(
      `Cannot resume from "${path}": it holds a model without training state; start a new run with --from`,
    );
  }
  const [bytes] = await readChecked(path, [checkpointFiles.optimizerState]);
  const optimizerState = decodeWeights(bytes!, `"${join(path, checkpointFiles.optimizerState)}"`).tensors;
  return {
    manifest,
    training,
    state: { model, optimizerState, counts: training.counts, streams: training.streams },
  };
}

/**
 * Reads files of a checkpoint and compares their checksums. Throws {@link DamagedCheckpoint} if one is missing or its
 * checksum differs, and another {@link UserError} if it can't be read now.
 */
async function readChecked(path: string, files: readonly string[]): Promise<Uint8Array[]> {
  const damaged = (reason: string): never => {
    throw new DamagedCheckpoint(path, reason);
  };
  const sums = (await readSums(path)) ?? damaged(`its ${sumsFile} is missing`);
  const contents: Uint8Array[] = [];
  for (const file of files) {
    const { bytes, sum } = await readHashed(join(path, file)).catch(error =>
      isMissing(error)
        ? damaged(`cannot read "${file}" in it: ${explainFileError(error)}`)
        : unreadable(path, error),
    );
    if (sums.get(file) !== sum) damaged(`"${file}" in it is damaged: its checksum differs`);
    contents.push(bytes);
  }
  return contents;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Whether a folder holds a checkpoint, even an incomplete one. */
export async function isCheckpoint(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(sumsFile) || names.includes(checkpointFiles.manifest);
}

/** The recorded checksums by file name; undefined if there is no list of them. */
async function readSums(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const text = await readFile(join(folder, sumsFile), 'latin1').catch(error =>
    isMissing(error) ? undefined : unreadable(folder, error),
  );
  return text === undefined ? undefined : decodeSums(text);
}

/** Whether a file is not there; other errors, such as too many open files, say nothing about a checkpoint. */
function isMissing(error: NodeJS.ErrnoException): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(error.code ?? '');
}

function unreadable(path: string, error: unknown): never {
  throw new UserError(`Cannot read checkpoint "${path}": ${explainFileError(error)}`);
}

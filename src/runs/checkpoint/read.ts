import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { explainFileError } from '../../files/file-error.ts';
import { readHashed } from '../../files/file-pieces.ts';
import { decodeWeights, type WeightsMap } from '../../formats/safetensors.ts';
import type { SavedState } from '../../training/training-state.ts';
import { checkpointFiles, decodeSums, sumsFile } from './layout.ts';
import { decodeManifest, type Manifest } from './manifest.ts';

/** A checkpoint that is not what was written: another one has to do. */
export class DamagedCheckpoint extends UserError {
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(`Cannot read checkpoint "${path}": ${reason}; use another checkpoint of the run`);
  }
}

/** What training goes on from. */
export interface SavedTraining {
  readonly manifest: Manifest;
  readonly training: NonNullable<Manifest['training']>;
  readonly state: SavedState;
}

/** What a checkpoint says about itself. Throws {@link UserError} where it is damaged. */
export async function readManifest(path: string): Promise<Manifest> {
  const [bytes] = await readChecked(path, [checkpointFiles.manifest]);
  return decodeManifest(textOf(bytes!), `"${path}"`);
}

/** A checkpoint's manifest and the model in it, checksums compared. Throws {@link UserError} where it is damaged. */
export async function readModel(path: string): Promise<{ manifest: Manifest; model: WeightsMap }> {
  const bytes = await readChecked(path, [checkpointFiles.manifest, checkpointFiles.model]);
  return {
    manifest: decodeManifest(textOf(bytes[0]!), `"${path}"`),
    model: decodeWeights(bytes[1]!, `"${join(path, checkpointFiles.model)}"`).tensors,
  };
}

/** All that training needs to go on from a checkpoint. Throws {@link UserError} where it is damaged or a model only. */
export async function readTrainingState(path: string): Promise<SavedTraining> {
  const { manifest, model } = await readModel(path);
  const { training } = manifest;
  if (!training) {
    throw new UserError(
      `Cannot go on from "${path}": it holds a model without the state of its training; start a run with --from`,
    );
  }
  const [bytes] = await readChecked(path, [checkpointFiles.memory]);
  const memory = decodeWeights(bytes!, `"${join(path, checkpointFiles.memory)}"`).tensors;
  return { manifest, training, state: { model, memory, counts: training.counts, streams: training.streams } };
}

/** Throws {@link UserError} where a file of the checkpoint is not what was written. */
async function readChecked(path: string, files: readonly string[]): Promise<Uint8Array[]> {
  const damaged = (reason: string): never => {
    throw new DamagedCheckpoint(path, reason);
  };
  const sums = (await readSums(path)) ?? damaged(`its ${sumsFile} is missing`);
  const contents: Uint8Array[] = [];
  for (const file of files) {
    const { bytes, sum } = await readHashed(join(path, file)).catch(error =>
      damaged(`"${file}" in it can't be read, as ${explainFileError(error)}`),
    );
    if (sums.get(file) !== sum) damaged(`"${file}" in it is damaged, as its checksum says`);
    contents.push(bytes);
  }
  return contents;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Whether a folder holds a checkpoint, or what is left of one. */
export async function isCheckpoint(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(sumsFile) || names.includes(checkpointFiles.manifest);
}

/** @returns the checksum of each file that the folder's list names; undefined where there is no such list. */
async function readSums(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const text = await readFile(join(folder, sumsFile), 'latin1').catch(() => undefined);
  return text === undefined ? undefined : decodeSums(text);
}

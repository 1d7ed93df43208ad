import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../data/file-error.ts';
import { decodeWeights, safetensorsHeader, type WeightsMap, type WeightTensor } from './safetensors.ts';

export interface Weights {
  readonly tensors: WeightsMap;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes float32 tensors as a safetensors file, whole or not at all: aside, flushed to the disk, then renamed.
 * The tensors go out as they lie in memory, without a copy of the file.
 */
export async function writeWeights(
  path: string,
  tensors: WeightsMap,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(aside, 'w');
    try {
      await writeAll(file, safetensorsHeader(tensors, metadata));
      for (const tensor of tensors.values()) await writeAll(file, bytesOf(tensor));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw new UserError(`Cannot write weights "${path}": ${explainFileError(error)}`);
  }
}

/** Reads a safetensors file. Throws {@link UserError} where it is missing, cut short or not float32. */
export async function readWeights(path: string): Promise<Weights> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UserError(`Cannot read weights "${path}": ${explainFileError(error)}`);
  }
  return decodeWeights(bytes, `"${path}"`);
}

function bytesOf({ data }: WeightTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}

/** Makes the rename itself survive a power cut, where the system lets folders be opened. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

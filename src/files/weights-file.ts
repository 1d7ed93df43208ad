import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../core/errors.ts';
import {
  decodeWeights,
  safetensorsHeader,
  type WeightsMap,
  type WeightTensor,
} from '../formats/safetensors.ts';
import { explainFileError } from './file-error.ts';
import { makeFolder } from './folder.ts';
import { writeAtomically } from './write.ts';

export interface Weights {
  readonly tensors: WeightsMap;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes float32 tensors as a safetensors file, atomically, without building the file in memory, and its folder if that
 * is missing. Throws {@link UserError} if the disk refuses.
 */
export async function writeWeights(
  path: string,
  tensors: WeightsMap,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await makeFolder(dirname(path));
  try {
    await writeAtomically(path, safetensorsPieces(tensors, metadata));
  } catch (error) {
    throw new UserError(`Cannot write weights "${path}": ${explainFileError(error)}`);
  }
}

/** A safetensors file, piece by piece. */
export function* safetensorsPieces(
  tensors: WeightsMap,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  yield safetensorsHeader(tensors, metadata);
  for (const tensor of tensors.values()) yield bytesOf(tensor);
}

/** Reads a safetensors file. Throws {@link UserError} if it is missing, truncated or not float32. */
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

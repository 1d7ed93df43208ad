import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSums, sumsFile } from './layout.ts';

/** @returns the checksum of each file that the folder's list names; undefined where there is no such list. */
export async function readSums(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const text = await readFile(join(folder, sumsFile), 'latin1').catch(() => undefined);
  return text === undefined ? undefined : decodeSums(text);
}

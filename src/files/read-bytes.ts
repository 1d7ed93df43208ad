import { readFile } from 'node:fs/promises';
import { UserError } from '../core/errors.ts';

/** The name of a picture in messages: its path in quotes, or "the picture" for bytes. */
export function nameOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? `"${source}"` : 'the picture';
}

/** Reads a picture file. Throws {@link UserError} if it can't be read or is empty. */
export async function readBytes(source: string | Uint8Array, name: string): Promise<Uint8Array> {
  const bytes = typeof source === 'string' ? await readWhole(source, name) : source;
  if (bytes.length === 0) throw new UserError(`Cannot decode ${name}: the file is empty (0 bytes)`);
  return bytes;
}

async function readWhole(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UserError(`Cannot read ${name}: ${explainReadFailure(error as NodeJS.ErrnoException)}`);
  }
}

function explainReadFailure(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EISDIR') return 'it is a folder, wanted an image file';
  if (error.code === 'EACCES') return 'permission denied';
  return error.message;
}

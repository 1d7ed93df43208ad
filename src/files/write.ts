import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../core/errors.ts';
import { cannotWrite } from './file-error.ts';
import { makeFolder } from './folder.ts';

/** Writes a file atomically and creates missing folders. Throws {@link UserError} if the disk refuses. */
export async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  try {
    await writeAtomically(path, [typeof content === 'string' ? Buffer.from(content) : content]);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** The content of a file, part by part. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file atomically: a temporary file in the same folder, then a rename. Of a link, the file that it points to is
 * replaced. Unless `sync` is false, the file survives a power cut.
 */
export async function writeAtomically(path: string, pieces: Pieces, { sync = true } = {}): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await writePieces(temporary, pieces, { sync });
    await rename(temporary, target);
    if (sync) await syncFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Writes a file piece by piece, without joining them in memory, and waits until it is on the disk, unless `sync` is
 * false. Returns its SHA-256.
 */
export async function writePieces(path: string, pieces: Pieces, { sync = true } = {}): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      await writeAll(file, piece);
    }
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}

/** Makes renames within a folder survive a power cut, on systems that allow folders to be opened. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

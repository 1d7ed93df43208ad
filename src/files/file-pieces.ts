import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes per read call; Node can't read 2 GiB at once. */
const pieceBytes = 2 ** 26;

/** Reads a file of any size, and computes its SHA-256. */
export async function readHashed(path: string): Promise<{ bytes: Uint8Array; sum: string }> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, Math.min(pieceBytes, bytes.length - done));
      if (bytesRead === 0) throw new Error(`it ended after ${done} of ${bytes.length} bytes`);
      hash.update(bytes.subarray(done, done + bytesRead));
      done += bytesRead;
    }
    return { bytes, sum: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** Writes a file atomically: a temporary file, flushed to the disk, then renamed. */
export async function writeWhole(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    await writeSynced(aside, pieces);
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Writes a file and waits until it is on the disk. The pieces are written one by one, without joining them in memory.
 * Returns its SHA-256.
 */
export async function writeSynced(path: string, pieces: Iterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    for (const piece of pieces) {
      hash.update(piece);
      await writeAll(file, piece);
    }
    await file.sync();
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

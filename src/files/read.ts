import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { UserError } from '../core/errors.ts';
import { explainFileError } from './file-error.ts';
import { readMember, throughShard } from './shards.ts';

/** Bytes per read call. */
const pieceBytes = 2 ** 24;

/** Reads a file of any size, and computes its SHA-256: of one piece while the next is read. */
export async function readHashed(path: string): Promise<{ bytes: Uint8Array; sum: string }> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    const read = (from: number) => file.read(bytes, from, Math.min(pieceBytes, bytes.length - from));
    let next = read(0);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await next;
      if (bytesRead === 0) throw new Error(`it ended after ${done} of ${bytes.length} bytes`);
      const piece = bytes.subarray(done, done + bytesRead);
      done += bytesRead;
      next = read(done);
      hash.update(piece);
    }
    await next;
    return { bytes, sum: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** The name of an image in messages: its path in quotes, or "the image" for bytes. */
export function nameOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? `"${source}"` : 'the image';
}

/** Reads an image file, or a member of a tar shard by a path that leads through it. Throws {@link UserError} if it can't be read or is empty. */
export async function readBytes(source: string | Uint8Array, name: string): Promise<Uint8Array> {
  const bytes = typeof source === 'string' ? await readWhole(source, name) : source;
  if (bytes.length === 0) throw new UserError(`Cannot decode ${name}: the file is empty (0 bytes)`);
  return bytes;
}

async function readWhole(path: string, name: string): Promise<Uint8Array> {
  const member = await throughShard(path);
  const reading = member ? readMember(member.shard, member.name) : readFile(path);
  return reading.catch(error => {
    if (error instanceof UserError) throw error;
    const reason =
      error.code === 'EISDIR' ? 'it is a folder, expected an image file' : explainFileError(error);
    throw new UserError(`Cannot read ${name}: ${reason}`);
  });
}

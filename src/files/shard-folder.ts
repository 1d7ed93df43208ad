import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isS3 } from '../buckets/address.ts';
import { type Bucket, openBucket } from '../buckets/bucket.ts';
import { UserError } from '../core/errors.ts';
import { explainFileError } from './file-error.ts';
import { namesIn } from './folder.ts';
import { type Members, scanTar } from './tar.ts';
import { writeFile } from './write.ts';

/** A shard as it is now: its content is the same while size and version are. */
export interface ShardState {
  readonly bytes: number;
  /** The time of its last change, or its ETag. */
  readonly version: string;
}

/** Where shards lie: a folder, or a part of a bucket. */
export interface ShardFolder {
  /** Its tar files, by name, in order of their names. */
  shards(): Promise<Map<string, ShardState>>;
  /** Throws UserError for a damaged shard. */
  scan(name: string, state: ShardState): Promise<Members>;
  /** Throws an error with the reason alone if the shard has changed. */
  read(name: string, state: ShardState, offset: number, length: number): Promise<Uint8Array>;
  /** The index that was kept; an empty object as JSON if there is none. */
  readIndex(): Promise<string>;
  keepIndex(text: string): Promise<void>;
}

/** The file, beside the shards, that keeps what is in them. */
const INDEX = '.index.json';

const isShard = (name: string) => name.endsWith('.tar') && !name.startsWith('.');

export async function openShardFolder(location: string): Promise<ShardFolder> {
  return isS3(location) ? shardsInBucket(await openBucket(location)) : shardsOnDisk(location);
}

function shardsOnDisk(folder: string): ShardFolder {
  const index = join(folder, INDEX);
  return {
    shards: async () => {
      const found = new Map<string, ShardState>();
      for (const name of (await namesIn(folder)).filter(isShard)) {
        const { size, mtimeMs } = await stat(join(folder, name));
        found.set(name, { bytes: size, version: `${mtimeMs}` });
      }
      return found;
    },
    scan: async (name, { bytes }) => {
      const path = join(folder, name);
      const file = openForScan(path);
      // Asynchronous reads take ten times as long, and there may be a million.
      const read = (offset: number, length: number) => {
        const part = Buffer.allocUnsafe(length);
        return part.subarray(0, readSync(file, part, 0, length, offset));
      };
      try {
        return await scanTar({ path, bytes, window: 1 << 16, read });
      } finally {
        closeSync(file);
      }
    },
    read: async (name, _, offset, length) => {
      const file = await open(join(folder, name));
      try {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await file.read(bytes, 0, length, offset);
        if (bytesRead === length) return bytes;
        throw new Error(`the shard ends within it, after ${bytesRead} of ${length} bytes`);
      } finally {
        await file.close();
      }
    },
    readIndex: () => readFile(index, 'utf8').catch(() => '{}'),
    // A folder that can't be written is indexed by each process for itself.
    keepIndex: text => writeFile(index, text).catch(() => {}),
  };
}

function openForScan(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new UserError(
      `Cannot read shard "${path}": ${explainFileError(error)}; copy it once more, or remove it`,
    );
  }
}

/** The index is kept in the bucket, or in the folder for temporary files if the bucket can't be written. */
function shardsInBucket(bucket: Bucket): ShardFolder {
  const digest = createHash('sha256').update(bucket.location).digest('hex');
  const ownIndex = join(tmpdir(), `pix2pix-index-${digest.slice(0, 16)}.json`);
  return {
    shards: async () => {
      const found = new Map<string, ShardState>();
      for await (const { name, bytes, etag } of bucket.objects('', true))
        if (isShard(name)) found.set(name, { bytes, version: etag });
      return found;
    },
    scan: (name, { bytes, version }) =>
      scanTar({
        path: `${bucket.location}/${name}`,
        bytes,
        window: 1 << 20,
        read: (offset, length) => bucket.read(name, { etag: version, offset, length }),
      }),
    read: (name, { version }, offset, length) => bucket.read(name, { etag: version, offset, length }),
    readIndex: async () => {
      const kept = await bucket.read(INDEX).catch(() => readFile(ownIndex).catch(() => null));
      return kept ? new TextDecoder().decode(kept) : '{}';
    },
    keepIndex: text =>
      bucket
        .put(INDEX, new TextEncoder().encode(text), 'application/json')
        .catch(() => writeFile(ownIndex, text).catch(() => {})),
  };
}

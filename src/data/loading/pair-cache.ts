import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createSamples, type Depth, depthOf, type Image, type Samples } from '../../core/image.ts';
import type { ImagePair } from '../../core/image-pair.ts';
import { explainFileError } from '../../files/file-error.ts';
import { makeFolder } from '../../files/folder.ts';
import { shardState, throughShard } from '../../files/shards.ts';
import { writeAtomically } from '../../files/write.ts';
import { filesOf, type PairFiles } from '../pair-files.ts';

/** The folder of decoded pairs, and its size limit. */
export interface CachePlace {
  readonly folder: string;
  readonly gigabytes: number;
}

/**
 * A cache of decoded pairs on disk, one file per pair. The file name is a digest of the pictures' paths, sizes and
 * modification times, and of `variant`, which describes how they were processed. Nothing is evicted: once the limit is
 * reached, no more pairs are added. Several processes may share a folder.
 */
export class PairCache {
  /** Bytes in the folder. Undefined while they are being counted in the background; nothing is added until then. */
  private used: number | undefined;
  private isFull = false;

  /** @param onFull called once, with a message, when no more pairs can be added. */
  constructor(
    private readonly place: CachePlace,
    private readonly onFull: (message: string) => void,
  ) {
    void bytesIn(place.folder).then(bytes => {
      this.used = bytes;
    });
  }

  /** The cached pair, or the result of `make`. */
  async obtain(files: PairFiles, variant: object, make: () => Promise<ImagePair>): Promise<ImagePair> {
    const key = await keyOf(files, variant);
    if (!key) return make();
    const path = join(this.place.folder, key.slice(0, 2), `${key}.pair`);
    const kept = await readFile(path).then(decode, () => undefined);
    if (kept) return { name: files.name, ...kept };
    const pair = await make();
    await this.keep(path, pair);
    return pair;
  }

  private async keep(path: string, pair: ImagePair): Promise<void> {
    if (this.used === undefined || this.isFull) return;
    const bytes = encode(pair);
    if (this.used + bytes.length > this.place.gigabytes * 1e9) {
      return this.stopAdding(`it has reached the ${this.place.gigabytes} GB of --cache-gb`);
    }
    this.used += bytes.length;
    try {
      await makeFolder(join(path, '..'));
      // Not flushed to the disk: files truncated by a power cut are detected and made again.
      await writeAtomically(path, [bytes], { sync: false });
    } catch (error) {
      this.stopAdding(explainFileError(error));
    }
  }

  private stopAdding(reason: string): void {
    if (this.isFull) return;
    this.isFull = true;
    this.onFull(`No more decoded pairs are added to "${this.place.folder}": ${reason}`);
  }
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const part of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, part)).catch(() => [])) {
      bytes += await stat(join(folder, part, name)).then(
        ({ size }) => size,
        () => 0,
      );
    }
  }
  return bytes;
}

/** Undefined if a file is missing; reading it will give the error. */
async function keyOf(files: PairFiles, variant: object): Promise<string | undefined> {
  const paths = filesOf(files);
  const sources: (string | number)[][] = [];
  for (const path of paths) {
    const state = await stateOf(path).catch(() => undefined);
    if (!state) return undefined;
    sources.push([path, ...state]);
  }
  const made = JSON.stringify({ form, sources, variant });
  return createHash('sha256').update(made).digest('hex');
}

/** Size and version, which change with the file or the shard that holds it. */
async function stateOf(path: string): Promise<(string | number)[] | undefined> {
  const member = await throughShard(path);
  if (member) {
    const state = await shardState(member.shard);
    return state && [state.bytes, state.version];
  }
  const { size, mtimeMs } = await stat(path);
  return [size, mtimeMs];
}

// Change this number whenever pairs with the same key would differ, for example with the file format.
const form = 2;
const headerNumbers = 9;
const headerBytes = 4 * headerNumbers;

/** Width, height, channels and depth of both sides and the samples' CRC-32, as uint32, and the samples. */
function encode({ condition, target }: ImagePair): Buffer {
  const samples = Buffer.concat([condition.data, target.data].map(bytesOf));
  const header = new Uint32Array([...headerOf(condition), ...headerOf(target), crc32(samples)]);
  return Buffer.concat([bytesOf(header), samples]);
}

function headerOf(image: Image<Samples>): number[] {
  return [image.width, image.height, image.channels, depthOf(image)];
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Undefined if the file's length or checksum doesn't match its header, as after a power cut. */
function decode(bytes: Buffer): Pick<ImagePair, 'condition' | 'target'> | undefined {
  if (bytes.length < headerBytes) return undefined;
  const header = Array.from({ length: headerNumbers }, (_, i) => bytes.readUInt32LE(4 * i));
  const lengths = [0, 4].map(i => (header[i]! * header[i + 1]! * header[i + 2]! * header[i + 3]!) / 8);
  if (bytes.length !== headerBytes + lengths[0]! + lengths[1]!) return undefined;
  if (crc32(bytes.subarray(headerBytes)) !== header[8]) return undefined;
  return {
    condition: imageAt(bytes, headerBytes, header.slice(0, 4)),
    target: imageAt(bytes, headerBytes + lengths[0]!, header.slice(4, 8)),
  };
}

function imageAt(bytes: Buffer, start: number, header: readonly number[]): Image<Samples> {
  const [width, height, channels, depth] = header as [number, number, number, Depth];
  const data = createSamples(depth, width * height * channels);
  bytesOf(data).set(bytes.subarray(start, start + data.byteLength));
  return { width, height, channels, data };
}

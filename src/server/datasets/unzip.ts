import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate';
import { UserError } from '../../core/errors.ts';
import { crc32 } from '../../formats/crc32.ts';
import { readZipDirectory } from '../../formats/zip-directory.ts';

export interface UnzipLimits {
  /** Bytes of one file, and of all together, once unpacked. */
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly files: number;
}

/** A file of an archive; its bytes are not read before `read` is called. */
interface Entry {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Unpacks a ZIP archive as it arrives, file by file, and skips what `wanted` rejects. Throws what `wanted` throws,
 * {@link UserError} as soon as a limit is exceeded, whatever sizes the archive states, and at its end, where its checksums
 * are, if one of the files was damaged.
 */
export async function* unzip(
  archive: AsyncIterable<Uint8Array>,
  wanted: (path: string) => boolean,
  limits: UnzipLimits,
): AsyncGenerator<Entry> {
  const ready: Entry[] = [];
  const unpacked: Unpacked[] = [];
  const end = new Tail(mostDirectoryBytes);
  let [files, total, seen] = [0, 0, 0];
  let failure: Error | undefined;
  const fail = (message: string) => {
    failure ??= new UserError(`Cannot unpack the archive: ${message}`);
  };
  const isWanted = (path: string) => {
    try {
      return wanted(path);
    } catch (error) {
      failure ??= error as Error;
      return false;
    }
  };
  const unpacker = new Unzip(file => {
    if (failure || file.name.endsWith('/') || !isWanted(file.name)) return;
    if (++files > limits.files) return fail(`it holds more than ${limits.files} images`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    file.ondata = (error, chunk, isLast) => {
      if (failure) return;
      if (error) return fail('it is damaged');
      size += chunk.length;
      total += chunk.length;
      if (size > limits.fileBytes)
        return fail(`"${file.name}" is larger than ${mebibytes(limits.fileBytes)}`);
      if (total > limits.totalBytes) return fail(`it holds more than ${mebibytes(limits.totalBytes)}`);
      chunks.push(chunk);
      if (!isLast) return;
      const bytes = Buffer.concat(chunks);
      ready.push({ path: file.name, bytes });
      unpacked.push({ path: file.name, size, checksum: crc32(bytes) });
    };
    file.start();
  });
  unpacker.register(UnzipInflate);
  unpacker.register(UnzipPassThrough);
  const push = (chunk: Uint8Array, isLast: boolean) => {
    try {
      unpacker.push(chunk, isLast);
    } catch {
      fail('it is damaged or not a ZIP archive');
    }
    if (failure) throw failure;
  };
  for await (const chunk of archive) {
    seen += chunk.length;
    end.push(chunk);
    // In small pieces, so that an archive that grows a thousandfold is stopped early.
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      push(chunk.subarray(start, start + pieceBytes), false);
      yield* ready.splice(0);
    }
  }
  push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (files === 0)
    throw new UserError(`Cannot unpack the archive: ${seen === 0 ? 'it is empty' : 'it holds no images'}`);
  assertIntact(unpacked, end);
}

interface Unpacked {
  readonly path: string;
  readonly size: number;
  readonly checksum: number;
}

/** Compares sizes and checksums only, since zip tools encode names differently. */
function assertIntact(unpacked: readonly Unpacked[], { bytes, start }: Tail): void {
  const keyOf = ({ size, checksum }: Omit<Unpacked, 'path'>) => `${size}:${checksum}`;
  let packed: Set<string>;
  try {
    packed = new Set([...readZipDirectory(bytes, start)].map(keyOf));
  } catch {
    throw new UserError('Cannot unpack the archive: it is damaged or cut off; pack or send it again');
  }
  const damaged = unpacked.find(file => !packed.has(keyOf(file)));
  if (damaged) {
    throw new UserError(
      `Cannot unpack the archive: "${damaged.path}" in it is damaged (wrong checksum); pack or send it again`,
    );
  }
}

/** The last bytes of a stream. */
class Tail {
  private chunks: Uint8Array[] = [];
  private length = 0;
  /** Where in the stream they begin. */
  start = 0;

  constructor(private readonly most: number) {}

  push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    while (this.length - this.chunks[0]!.length >= this.most) {
      const { length } = this.chunks.shift()!;
      this.length -= length;
      this.start += length;
    }
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

/** Larger than a directory of the greatest accepted number of files. */
const mostDirectoryBytes = 1 << 25;

const pieceBytes = 1 << 14;

export function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}

import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate';
import { UserError } from '../../core/errors.ts';

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
 * Unpacks a ZIP archive as it arrives, file by file; what `wanted` does not want is passed over. Throws what `wanted`
 * throws, and {@link UserError} as soon as a limit is exceeded, whatever the archive says of itself.
 */
export async function* unzip(
  archive: AsyncIterable<Uint8Array>,
  wanted: (path: string) => boolean,
  limits: UnzipLimits,
): AsyncGenerator<Entry> {
  const ready: Entry[] = [];
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
    if (++files > limits.files) return fail(`it holds more than ${limits.files} pictures`);
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
      if (isLast) ready.push({ path: file.name, bytes: Buffer.concat(chunks) });
    };
    file.start();
  });
  unpacker.register(UnzipInflate);
  unpacker.register(UnzipPassThrough);
  const push = (chunk: Uint8Array, isLast: boolean) => {
    try {
      unpacker.push(chunk, isLast);
    } catch {
      fail('it is damaged or no ZIP archive');
    }
    if (failure) throw failure;
  };
  for await (const chunk of archive) {
    seen += chunk.length;
    // Small pieces: a bomb grows a thousandfold, and is noticed between two of them.
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      push(chunk.subarray(start, start + pieceBytes), false);
      yield* ready.splice(0);
    }
  }
  push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (files === 0)
    throw new UserError(`Cannot unpack the archive: ${seen === 0 ? 'it is empty' : 'it holds no pictures'}`);
}

const pieceBytes = 1 << 14;

export function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}

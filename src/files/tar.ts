import { posix } from 'node:path';
import { Header, Pax } from 'tar';
import { UserError } from '../core/errors.ts';

/** Offset and length, in bytes, of each member's content. */
export type Members = Record<string, [offset: number, length: number]>;

/** Where a tar file is read from. */
export interface TarSource {
  /** Path or address, for messages. */
  readonly path: string;
  readonly bytes: number;
  /** Bytes that are read at a time: what a request costs more than a byte. */
  readonly window: number;
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

const BLOCK = 512;

/** Finds a tar file's members: reads their headers, and skips long contents. Throws {@link UserError} for a damaged or cut file. */
export async function scanTar(source: TarSource): Promise<Members> {
  const { path, bytes } = source;
  const refuse = (reason: string): never => {
    throw new UserError(`Cannot read shard "${path}": ${reason}; copy it once more, or remove it`);
  };
  const read = windowed(source);
  const members: Members = {};
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes; ) {
    const header = new Header(await read(at, BLOCK));
    if (header.nullBlock) return members;
    if (!header.cksumValid) refuse(`it is damaged at byte ${at}`);
    const length = header.size ?? 0;
    const content = at + BLOCK;
    const name = longName ?? header.path ?? '';
    if (content + length > bytes)
      refuse(`it is cut: "${name}" needs ${content + length} bytes, and it has ${bytes}`);
    longName = undefined;
    if (header.type === 'ExtendedHeader') {
      longName = Pax.parse((await read(content, length)).toString(), {}).path;
    } else if (header.type === 'NextFileHasLongPath') {
      longName = (await read(content, length)).toString().replace(/\0.*$/s, '');
    } else if (header.type === 'File' || header.type === 'OldFile') members[inside(name)] = [content, length];
    at = content + Math.ceil(length / BLOCK) * BLOCK;
  }
  return refuse('it is cut: its end is missing');
}

/** A member's name as a path that does not lead out of the tar file. */
function inside(name: string): string {
  return posix.normalize(`/${name}`).slice(1);
}

/** Reads a window at a time, from which small members are taken. */
function windowed({ bytes, window, read }: TarSource) {
  let from = 0;
  let held: Buffer = Buffer.alloc(0);
  return async (offset: number, length: number): Promise<Buffer> => {
    if (offset < from || offset + length > from + held.length) {
      const part = await read(offset, Math.min(Math.max(window, length), bytes - offset));
      held = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
      from = offset;
    }
    return held.subarray(offset - from, offset - from + length);
  };
}

/** The parts of a tar file with these members, one after the other. */
export async function* tarPieces(
  members: readonly { readonly name: string; read(): Promise<Uint8Array> }[],
): AsyncGenerator<Uint8Array> {
  for (const { name, read } of members) {
    const content = await read();
    const header = new Header({
      path: name,
      size: content.length,
      type: 'File',
      mode: 0o644,
      mtime: new Date(0),
    });
    const block = Buffer.alloc(BLOCK);
    if (header.encode(block, 0)) yield new Pax({ path: name }).encode();
    yield block;
    yield content;
    yield new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

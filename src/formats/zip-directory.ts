import { crc32 } from './crc32.ts';

/** An entry of a zip file's directory. */
export interface ZipEntry {
  readonly name: string;
  /** 0: stored without compression. */
  readonly method: number;
  /** Bytes in the file, and unpacked. */
  readonly storedSize: number;
  readonly size: number;
  /** CRC-32 of the unpacked bytes. */
  readonly checksum: number;
  /** Offset of the entry's local header. */
  readonly header: number;
}

const signature = { end: 0x06054b50, directory: 0x02014b50, entry: 0x04034b50 } as const;
const length = { end: 22, directory: 46, entry: 30 } as const;
const longestComment = 0xffff;

/**
 * The entries of a zip file (APPNOTE 6.3, sections 4.3.7 to 4.3.16), in the directory's order. Zip64, for files beyond
 * 4 GB, is not supported. Throws an Error if the directory is damaged.
 * @param start the offset in the file at which `bytes` begin; they must contain the directory.
 */
export function* readZipDirectory(bytes: Uint8Array, start = 0): Generator<ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true) - start;
  for (let i = 0; i < count; i++) {
    expectSignature(view, at, 'directory');
    const name = at + length.directory;
    const nameLength = view.getUint16(at + 28, true);
    yield {
      name: new TextDecoder().decode(bytes.subarray(name, name + nameLength)),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      storedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    };
    at = name + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}

/** Whether an entry's unpacked bytes have the recorded size and checksum. */
export function isIntact(
  content: Uint8Array,
  { size, checksum }: Pick<ZipEntry, 'size' | 'checksum'>,
): boolean {
  return content.length === size && crc32(content) === checksum;
}

/** An entry's stored bytes; fewer if the file is truncated. Throws an Error if it is damaged. */
export function storedBytes(bytes: Uint8Array, { header, storedSize }: ZipEntry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expectSignature(view, header, 'entry');
  const start = header + length.entry + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  return bytes.subarray(start, start + storedSize);
}

function findEnd(view: DataView): number {
  const last = view.byteLength - length.end;
  for (let at = last; at >= Math.max(last - longestComment, 0); at--) {
    if (view.getUint32(at, true) === signature.end) return at;
  }
  throw new Error('its directory is missing');
}

function expectSignature(view: DataView, at: number, what: keyof typeof signature): void {
  if (view.getUint32(at, true) !== signature[what]) throw new Error(`no ${what} where one should be`);
}

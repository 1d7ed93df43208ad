import { open } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { readBytes } from '../../files/read.ts';
import { readBmpHeader } from './decode-bmp.ts';

/** The first bytes of each format, read as Latin-1; `at`: offset in bytes. The first that fits counts. */
const signatures = [
  { format: 'JPEG', at: 0, starts: ['\xff\xd8\xff'] },
  { format: 'PNG', at: 0, starts: ['\x89PNG'] },
  { format: 'WebP', at: 8, starts: ['WEBP'] },
  { format: 'AVIF', at: 4, starts: ['ftypavif', 'ftypavis', 'ftypmif1'] },
  { format: 'TIFF', at: 0, starts: ['II*\0', 'MM\0*'] },
  { format: 'BMP', at: 0, starts: ['BM'] },
  { format: 'GIF', at: 0, starts: ['GIF8'] },
  { format: 'HEIF', at: 4, starts: ['ftyp'] },
] as const;
export type ImageFormat = (typeof signatures)[number]['format'];

export const supportedFormats = [
  'JPEG',
  'PNG',
  'WebP',
  'AVIF',
  'TIFF',
  'BMP',
] as const satisfies readonly ImageFormat[];

/** The format of an image file, judged by its first bytes. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  return signatures.find(({ at, starts }) => starts.some(each => start.startsWith(each, at)))?.format;
}

/** The header of an image file; width and height are those of the upright picture. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly format: string;
  readonly space: string;
  /** libvips' name: uchar, ushort, float … */
  readonly depth: string;
  readonly hasAlpha: boolean;
}

/** Options of sharp without its own limits on channels and pixels; `decode.ts` checks them before decoding. */
export const unlimitedChannels = { limitInputChannels: 0, limitInputPixels: false } as const;

/** Reads the header of a picture. Throws an Error if there is none. */
export async function readHeader(bytes: Uint8Array): Promise<ImageHeader> {
  if (formatOf(bytes) === 'BMP') {
    const { width, height, bits } = readBmpHeader(bytes);
    return {
      width,
      height,
      channels: 3,
      format: 'bmp',
      space: 'srgb',
      depth: 'uchar',
      hasAlpha: bits === 32,
    };
  }
  return headerOf(await sharp(bytes, unlimitedChannels).metadata());
}

/** Reads only the header of a file; undefined if it has none. */
export async function readFileHeader(path: string): Promise<ImageHeader | undefined> {
  try {
    const start = await readStart(path);
    return formatOf(start) === 'BMP'
      ? await readHeader(start)
      : headerOf(await sharp(path, unlimitedChannels).metadata());
  } catch {
    return undefined;
  }
}

/** Bytes per sample in memory. */
export function bytesPerSample({ depth }: Pick<ImageHeader, 'depth'>): number {
  if (depth === 'uchar' || depth === 'char') return 1;
  return depth === 'ushort' || depth === 'short' ? 2 : 4;
}

async function readStart(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(64) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A file's size and a description such as `JPEG, srgb, 8 bit`; undefined if it has no header. */
export async function describeHeader(
  path: string,
): Promise<{ width: number; height: number; mode: string } | undefined> {
  const header = await readBytes(path, path)
    .then(readHeader)
    .catch(() => undefined);
  if (!header) return undefined;
  const { width, height, channels, format, space, depth, hasAlpha } = header;
  const bands = channels > 4 && `${channels} channels`;
  const parts = [
    format.toUpperCase(),
    space,
    bitsOf[depth] ?? depth,
    bands,
    hasAlpha && channels <= 4 && 'alpha',
  ];
  return { width, height, mode: parts.filter(Boolean).join(', ') };
}

function headerOf({ autoOrient, channels, format, space, depth, hasAlpha }: Metadata): ImageHeader {
  return { ...autoOrient, channels: channels ?? 3, format, space, depth: depth ?? 'uchar', hasAlpha };
}

const bitsOf: Readonly<Record<string, string>> = {
  uchar: '8 bit',
  char: '8 bit',
  ushort: '16 bit',
  short: '16 bit',
  uint: '32 bit',
  int: '32 bit',
  float: 'float',
  double: 'float',
};

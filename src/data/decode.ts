import { readFile } from 'node:fs/promises';
import sharp, { type Channels } from 'sharp';
import { messageOf, UserError } from '../core/errors.ts';
import type { Image } from '../core/image.ts';
import { explainDecodeFailure } from './decode-failure.ts';

/**
 * Reads a JPEG, PNG, WebP, AVIF or TIFF file, or its bytes, as 8-bit sRGB, three channels: turned upright as EXIF
 * says, gray and CMYK converted, 16 bits scaled to 8, transparency laid on white. Of several pages, the first.
 * `name` is what messages call the picture. Throws {@link UserError} where the file is missing, empty, no image,
 * truncated or damaged.
 */
export async function decodeImage(source: string | Uint8Array, name = nameOf(source)): Promise<Image> {
  const bytes = typeof source === 'string' ? await readBytes(source, name) : source;
  if (bytes.length === 0) throw new UserError(`Cannot decode ${name}: the file is empty (0 bytes)`);
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .autoOrient()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: info.channels, data: plainBytes(data) };
  } catch (error) {
    throw new UserError(`Cannot decode ${name}: ${explainDecodeFailure(bytes, messageOf(error))}`);
  }
}

/** PNG bytes of an image of 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels. */
export function encodePng(image: Image): Promise<Uint8Array> {
  const { width, height, data } = image;
  const channels = image.channels as Channels;
  const picture = sharp(data, { raw: { width, height, channels } });
  return (channels < 3 ? picture.toColourspace('b-w') : picture).png().toBuffer();
}

/** What the header of an image file says: its size as it stands upright, and `JPEG, srgb, 8 bit`. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly mode: string;
}

/** Reads no more than the header; undefined where there is none. */
export async function imageHeader(path: string): Promise<ImageHeader | undefined> {
  return sharp(path)
    .metadata()
    .then(
      ({ autoOrient: { width, height }, format, space, depth, hasAlpha }) => {
        const bits = bitsOf[depth ?? ''] ?? depth;
        const mode = [format.toUpperCase(), space, bits, hasAlpha && 'alpha'].filter(Boolean).join(', ');
        return { width, height, mode };
      },
      () => undefined,
    );
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

function nameOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? `"${source}"` : 'the picture';
}

async function readBytes(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UserError(`Cannot read ${name}: ${explainReadFailure(error as NodeJS.ErrnoException)}`);
  }
}

function explainReadFailure(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EISDIR') return 'it is a folder, and an image file is wanted';
  if (error.code === 'EACCES') return 'permission denied';
  return error.message;
}

/** A Buffer and a Uint8Array of equal bytes are not equal to tests, nor to structured clones. */
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

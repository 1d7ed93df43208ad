import sharp, { type Sharp } from 'sharp';
import { messageOf, UserError } from '../../core/errors.ts';
import type { Image, Samples } from '../../core/image.ts';
import { nameOf, readBytes } from '../../files/read.ts';
import { asRgb, type Picture, pickChannels } from '../picture.ts';
import { decodeBmp } from './decode-bmp.ts';
import { decodeTiff, tiffHasOpacity } from './decode-tiff.ts';
import {
  formatOf,
  type ImageHeader,
  readHeader,
  supportedFormats,
  unlimitedChannels,
} from './image-header.ts';

/** Pictures of more samples than this (268 million, half a gigabyte at 16 bits) are refused. */
const mostSamples = 2 ** 28;

const supported = `${supportedFormats.slice(0, -1).join(', ')} and ${supportedFormats.at(-1)}`;

/**
 * Reads a JPEG, PNG, WebP, AVIF, TIFF or BMP file, or its bytes, as 8-bit sRGB with three channels. Gray and CMYK are
 * converted, 16 bits scaled to 8, transparency blended with white. Throws as {@link decodePicture} does.
 */
export async function decodeImage(source: string | Uint8Array, name = nameOf(source)): Promise<Image> {
  return asRgb(await decodePicture(source, name));
}

/**
 * Reads a picture file, or its bytes, with its own channels and depth, upright according to EXIF. Other colour spaces
 * are converted to sRGB; channels of a TIFF file that are not colours stay as they are. Only the first page is read.
 * `name` is used in messages. Throws {@link UserError} if the file is missing, empty, not an image, truncated, damaged
 * or too large, or holds floats outside 0 to 1.
 */
export async function decodePicture(source: string | Uint8Array, name = nameOf(source)): Promise<Picture> {
  const bytes = await readBytes(source, name);
  const picture = await decodeBytes(bytes).catch(error => {
    throw new UserError(`Cannot decode ${name}: ${explainDecodeFailure(bytes, messageOf(error))}`);
  });
  if (picture.image.data instanceof Float32Array) assertUnitRange(picture.image.data, name);
  return picture;
}

async function decodeBytes(bytes: Uint8Array): Promise<Picture> {
  const format = formatOf(bytes);
  const header = await readHeader(bytes);
  const { width, height, channels } = header;
  if (width * height * channels > mostSamples) throw new Error('it exceeds the pixel limit');
  if (format === 'BMP') return decodeBmp(bytes);
  if (format === 'TIFF' && isBeyondColor(bytes, header)) return decodeTiff(bytes);
  return readColors(openColors(bytes, header), header);
}

/** Whether libvips would misinterpret a TIFF file: floats, or channels that are neither gray nor RGB. */
function isBeyondColor(bytes: Uint8Array, { depth, channels, space, hasAlpha }: ImageHeader): boolean {
  if (depth === 'float' || depth === 'double' || channels > 4) return true;
  return space !== 'cmyk' && hasAlpha && !tiffHasOpacity(bytes);
}

function assertUnitRange(data: Float32Array, name: string): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sample of data) {
    if (!Number.isFinite(sample)) {
      throw new UserError(`Cannot use ${name}: it holds ${sample}, expected floats from 0 to 1; replace it`);
    }
    least = Math.min(least, sample);
    most = Math.max(most, sample);
  }
  if (least >= 0 && most <= 1) return;
  throw new UserError(
    `Cannot use ${name}: its floats range from ${least} to ${most}, expected 0 (black) to 1 (white); scale them`,
  );
}

type ColorHeader = Pick<ImageHeader, 'depth' | 'space' | 'hasAlpha'>;

/** Opens a gray or colour picture: upright, in sRGB or gray. Throws an Error for other sample types. */
export function openColors(source: string | Uint8Array, header: ColorHeader): Sharp {
  const { depth } = header;
  if (!['uchar', 'ushort'].includes(depth)) {
    throw new Error(`its samples are of type ${depth}; expected unsigned 8 or 16 bits, or floats`);
  }
  return sharp(source, { ...unlimitedChannels, failOn: 'error' })
    .autoOrient()
    .toColourspace(spaceOf(header));
}

/** Decodes an opened picture to samples of 8 or 16 bits. */
export async function readColors(picture: Sharp, header: ColorHeader): Promise<Picture> {
  const isDeep = header.depth === 'ushort';
  const { data, info } = await picture
    .toColourspace(spaceOf(header))
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const image: Image<Samples> = { width, height, channels, data: samplesOf(data, isDeep) };
  const wasVeiledGray = isVeiledGray(header) && channels === 4;
  return { image: wasVeiledGray ? pickChannels(image, [0, 3]) : image, alpha: header.hasAlpha };
}

function spaceOf(header: ColorHeader): string {
  if (header.depth === 'ushort') return isGray(header) ? 'grey16' : 'rgb16';
  return isGray(header) && !isVeiledGray(header) ? 'b-w' : 'srgb';
}

function isGray({ space }: ColorHeader): boolean {
  return space === 'b-w' || space === 'grey16';
}

/** libvips' colour space b-w has no opacity. */
function isVeiledGray(header: ColorHeader): boolean {
  return isGray(header) && header.depth !== 'ushort' && header.hasAlpha;
}

/** A plain typed array instead of a Buffer: tests and structured clones treat the two differently. */
function samplesOf({ buffer, byteOffset, length }: Buffer, isDeep: boolean): Samples {
  if (!isDeep) return new Uint8Array(buffer, byteOffset, length);
  if (byteOffset % 2 === 0) return new Uint16Array(buffer, byteOffset, length / 2);
  return new Uint16Array(buffer.slice(byteOffset, byteOffset + length));
}

// Messages of libjpeg, libpng, libwebp, libheif and libtiff.
const endedEarly =
  /premature end|read error|unexpected end|end of file|insufficient|unable to parse|corrupt header/i;

/**
 * Explains to users why sharp refused a picture with `message`.
 * @param length of the whole file, if `bytes` are only its beginning.
 */
export function explainDecodeFailure(bytes: Uint8Array, message: string, length = bytes.length): string {
  const format = formatOf(bytes);
  if (!format) return `it is not an image; supported formats are ${supported}`;
  if (/pixel limit/i.test(message)) return `the ${format} image has too many pixels; scale it down first`;
  if (endedEarly.test(message) || /unsupported image format/i.test(message)) {
    return `the ${format} file is truncated or damaged after ${length} bytes; copy it again or remove it`;
  }
  return `the ${format} file is damaged or of an unsupported kind: ${message.split('\n')[0]!.trim()}`;
}

/**
 * Decodes an untrusted picture, for example an upload: only of a supported format, judged by its first bytes, and of at
 * most `pixels` pixels, judged by its header. Throws {@link UserError}.
 */
export async function decodeUntrusted(bytes: Uint8Array, name: string, pixels: number): Promise<Image> {
  await checkPicture(bytes, name, pixels);
  return decodeImage(bytes, `"${name}"`);
}

/** Checks a picture's format and header without decoding it. Throws {@link UserError}. */
export async function checkPicture(bytes: Uint8Array, name: string, pixels: number): Promise<void> {
  if (!supportedFormats.some(format => format === formatOf(bytes))) {
    throw new UserError(`Cannot decode "${name}": it is not an image in a supported format (${supported})`);
  }
  const { width, height } = await readHeader(bytes).catch(() => {
    throw new UserError(`Cannot decode "${name}": it is damaged`);
  });
  if (width * height <= pixels) return;
  const limit = (pixels / 1e6).toFixed(1);
  throw new UserError(
    `Cannot use "${name}": it is ${width}×${height}, and the limit is ${limit} million pixels; scale it down`,
  );
}

import { messageOf, UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { nameOf, readBytes } from '../../files/read-bytes.ts';
import { asRgb, type Picture } from '../picture.ts';
import { decodeBmp, isBmp } from './decode-bmp.ts';
import { openColours, readColours } from './decode-colours.ts';
import { explainDecodeFailure } from './decode-failure.ts';
import { decodeTiff, isTiff, tiffHasOpacity } from './decode-tiff.ts';
import { type ImageHeader, readHeader } from './image-header.ts';

/** Pictures of more samples than this (268 million, half a gigabyte at 16 bits) are refused. */
const mostSamples = 2 ** 28;

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
  const header = await readHeader(bytes);
  const { width, height, channels } = header;
  if (width * height * channels > mostSamples) throw new Error('it exceeds the pixel limit');
  if (isBmp(bytes)) return decodeBmp(bytes);
  if (isTiff(bytes) && isBeyondColour(bytes, header)) return decodeTiff(bytes);
  return readColours(openColours(bytes, header), header);
}

/** Whether libvips would misinterpret a TIFF file: floats, or channels that are neither gray nor RGB. */
function isBeyondColour(bytes: Uint8Array, { depth, channels, space, hasAlpha }: ImageHeader): boolean {
  if (depth === 'float' || depth === 'double' || channels > 4) return true;
  return space !== 'cmyk' && hasAlpha && !tiffHasOpacity(bytes);
}

function assertUnitRange(data: Float32Array, name: string): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sample of data) {
    if (!Number.isFinite(sample)) {
      throw new UserError(`Cannot use ${name}: it holds ${sample}, wanted floats from 0 to 1; replace it`);
    }
    least = Math.min(least, sample);
    most = Math.max(most, sample);
  }
  if (least >= 0 && most <= 1) return;
  throw new UserError(
    `Cannot use ${name}: its floats range from ${least} to ${most}, wanted 0 (black) to 1 (white); scale them`,
  );
}

import sharp from 'sharp';
import { messageOf, UserError } from '../core/errors.ts';
import type { Image, Samples } from '../core/image.ts';
import { decodeBmp, isBmp } from './decode-bmp.ts';
import { explainDecodeFailure } from './decode-failure.ts';
import { decodeTiff, isTiff, tiffHasOpacity } from './decode-tiff.ts';
import { type ImageHeader, readHeader, unlimitedChannels } from './image-header.ts';
import { asRgb, type Picture, pickChannels } from './picture.ts';
import { nameOf, readBytes } from './read-bytes.ts';

/** More samples than this, 268 million, are refused: half a gigabyte at 16 bits. */
const mostSamples = 2 ** 28;

/**
 * Reads a JPEG, PNG, WebP, AVIF, TIFF or BMP file, or its bytes, as 8-bit sRGB, three channels: see
 * {@link decodePicture}; gray and CMYK converted, 16 bits scaled to 8, transparency laid on white.
 */
export async function decodeImage(source: string | Uint8Array, name = nameOf(source)): Promise<Image> {
  return asRgb(await decodePicture(source, name));
}

/**
 * Reads a picture file, or its bytes, with the channels and the depth that it has, turned upright as EXIF says. Colour
 * of other spaces becomes sRGB; channels of a TIFF file that are no colours stay as they are. Of several pages, the
 * first. `name` is what messages call the picture. Throws {@link UserError} where the file is missing, empty, no
 * image, truncated, damaged or too large, or holds floats beyond 0 to 1.
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
  return decodeColours(bytes, header);
}

/** Whether libvips would misunderstand a TIFF file: floats, and channels that are neither gray nor RGB. */
function isBeyondColour(bytes: Uint8Array, { depth, channels, space, hasAlpha }: ImageHeader): boolean {
  if (depth === 'float' || depth === 'double' || channels > 4) return true;
  return space !== 'cmyk' && hasAlpha && !tiffHasOpacity(bytes);
}

async function decodeColours(bytes: Uint8Array, { depth, space, hasAlpha }: ImageHeader): Promise<Picture> {
  if (!['uchar', 'ushort'].includes(depth)) {
    throw new Error(`its samples are of type ${depth}; 8 and 16 bits without sign, and floats are read`);
  }
  const isGray = space === 'b-w' || space === 'grey16';
  const isDeep = depth === 'ushort';
  // libvips' b-w has no opacity.
  const isVeiledGray = isGray && !isDeep && hasAlpha;
  const { data, info } = await sharp(bytes, { ...unlimitedChannels, failOn: 'error' })
    .autoOrient()
    .toColourspace(isDeep ? (isGray ? 'grey16' : 'rgb16') : isGray && !isVeiledGray ? 'b-w' : 'srgb')
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const image = { width, height, channels, data: samplesOf(data, isDeep) };
  return { image: isVeiledGray ? pickChannels(image, [0, 3]) : image, alpha: hasAlpha };
}

/** A Buffer and a Uint8Array of equal bytes are not equal to tests, nor to structured clones. */
function samplesOf({ buffer, byteOffset, length }: Buffer, isDeep: boolean): Samples {
  if (!isDeep) return new Uint8Array(buffer, byteOffset, length);
  if (byteOffset % 2 === 0) return new Uint16Array(buffer, byteOffset, length / 2);
  return new Uint16Array(buffer.slice(byteOffset, byteOffset + length));
}

function assertUnitRange(data: Float32Array, name: string): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sample of data) {
    if (!Number.isFinite(sample)) {
      throw new UserError(
        `Cannot use ${name}: it holds ${sample}, and floats from 0 to 1 are wanted; replace them`,
      );
    }
    least = Math.min(least, sample);
    most = Math.max(most, sample);
  }
  if (least >= 0 && most <= 1) return;
  throw new UserError(
    `Cannot use ${name}: its floats run from ${least} to ${most}, and 0 (black) to 1 (white) is wanted; scale them`,
  );
}

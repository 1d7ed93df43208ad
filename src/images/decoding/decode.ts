import { messageOf, UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { nameOf, readBytes } from '../../files/read-bytes.ts';
import { asRgb, type Picture } from '../picture.ts';
import { decodeBmp, isBmp } from './decode-bmp.ts';
import { openColours, readColours } from './decode-colours.ts';
import { explainDecodeFailure } from './decode-failure.ts';
import { decodeTiff, isTiff, tiffHasOpacity } from './decode-tiff.ts';
import { type ImageHeader, readHeader } from './image-header.ts';

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
  return readColours(openColours(bytes, header), header);
}

/** Whether libvips would misunderstand a TIFF file: floats, and channels that are neither gray nor RGB. */
function isBeyondColour(bytes: Uint8Array, { depth, channels, space, hasAlpha }: ImageHeader): boolean {
  if (depth === 'float' || depth === 'double' || channels > 4) return true;
  return space !== 'cmyk' && hasAlpha && !tiffHasOpacity(bytes);
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

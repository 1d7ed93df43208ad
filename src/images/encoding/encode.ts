import { type FileHandle, open, rename } from 'node:fs/promises';
import { extname, join } from 'node:path';
import sharp, { type Channels, type Sharp } from 'sharp';
import { UserError } from '../../core/errors.ts';
import { type Depth, depthOf, type Image, type Samples } from '../../core/image.ts';
import { explainFileError } from '../../files/file-error.ts';
import { writeFile } from '../../files/write.ts';
import { unlimitedChannels } from '../decoding/image-header.ts';
import type { Picture } from '../picture.ts';
import { encodeTiff, type PictureShape, tiffHeader } from './encode-tiff.ts';

/** Encodes an image of 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels, of 8 or 16 bits, as PNG. */
export function encodePng(image: Image<Samples>): Promise<Uint8Array> {
  const { width, height, data } = image;
  const channels = image.channels as Channels;
  return asPng(sharp(data, { raw: { width, height, channels } }), channels, depthOf(image)).toBuffer();
}

/** Makes sharp write PNG with the given channels and depth, without converting colours. */
function asPng(picture: Sharp, channels: number, depth: Depth): Sharp {
  if (depth === 16) return picture.toColourspace(channels < 3 ? 'grey16' : 'rgb16').png();
  return (channels < 3 ? picture.toColourspace('b-w') : picture).png();
}

/** Encodes an RGB image as JPEG; quality from 1 to 100. */
export function encodeJpeg({ width, height, data }: Image, quality: number): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

/** Formats in which pictures can be written. */
export const pictureFormats = ['png', 'tiff'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** PNG, or TIFF for more than four channels or floats. */
export function formatFor(channels: number, depth: number): PictureFormat {
  return channels > 4 || depth > 16 ? 'tiff' : 'png';
}

/** Writes a picture atomically as TIFF or PNG, depending on the extension. */
export async function writePicture(path: string, image: Image<Samples>): Promise<void> {
  await (isTiffPath(path) ? writeFile(path, encodeTiff(image)) : writePng(path, image));
}

/** Writes a picture without loss to `<stem>.png`, or to `<stem>.tiff` if PNG can't represent it. */
export async function writeLossless(stem: string, { image, alpha }: Picture): Promise<void> {
  const isPng = formatFor(image.channels, depthOf(image)) === 'png' && alpha === (image.channels % 2 === 0);
  await (isPng ? writePng(`${stem}.png`, image) : writeFile(`${stem}.tiff`, encodeTiff(image, alpha)));
}

function isTiffPath(path: string): boolean {
  return ['.tif', '.tiff'].includes(extname(path).toLowerCase());
}

/** Writes an image of 1 to 4 channels, of 8 or 16 bits, as PNG, atomically. */
export async function writePng(path: string, image: Image<Samples>): Promise<void> {
  await writeFile(path, await encodePng(image));
}

/**
 * Writes a picture atomically from strips of rows, top to bottom, as TIFF or PNG depending on the extension; only one
 * strip is in memory at a time. Throws UserError if the disk refuses.
 * @param scratch a folder on the same disk for temporary files.
 */
export async function writeRows(
  path: string,
  height: number,
  strips: AsyncIterable<Image<Samples>>,
  scratch: string,
): Promise<void> {
  const refuse = (error: unknown) => {
    throw new UserError(`Cannot write "${path}": ${explainFileError(error)}`);
  };
  const tiff = join(scratch, 'result.tif');
  const file = await open(tiff, 'w').catch(refuse);
  const shape = await writeTiff(file!, height, strips, refuse).finally(() => file!.close());
  await (isTiffPath(path) ? rename(tiff, path) : convertToPng(tiff, shape, path, scratch)).catch(refuse);
}

async function writeTiff(
  file: FileHandle,
  height: number,
  strips: AsyncIterable<Image<Samples>>,
  refuse: (error: unknown) => void,
): Promise<PictureShape> {
  let shape: PictureShape | undefined;
  for await (const strip of strips) {
    if (!shape) {
      shape = { width: strip.width, height, channels: strip.channels, depth: depthOf(strip) };
      await file.writeFile(tiffHeader(shape)).catch(refuse);
    }
    const { buffer, byteOffset, byteLength } = strip.data;
    await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength)).catch(refuse);
  }
  if (!shape) throw new Error('Cannot write an image without rows');
  await file.sync().catch(refuse);
  return shape;
}

async function convertToPng(
  tiff: string,
  { channels, depth }: PictureShape,
  path: string,
  scratch: string,
): Promise<void> {
  const png = join(scratch, 'result.png');
  await asPng(sharp(tiff, unlimitedChannels), channels, depth).toFile(png);
  const file = await open(png, 'r+');
  await file.sync().finally(() => file.close());
  await rename(png, path);
}

import { extname } from 'node:path';
import { depthOf, type Image, type Samples } from '../../core/image.ts';
import { writeFile } from '../../files/write-file.ts';
import type { Picture } from '../picture.ts';
import { encodePng } from './encode.ts';
import { encodeTiff } from './encode-tiff.ts';

/** Formats that pictures are written in. */
export const pictureFormats = ['png', 'tiff'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** PNG, unless a picture has more channels than it holds, or floats. */
export function formatFor(channels: number, depth: number): PictureFormat {
  return channels > 4 || depth > 16 ? 'tiff' : 'png';
}

/** Writes a picture in the format that its extension names, TIFF or else PNG, whole or not at all. */
export async function writePicture(path: string, image: Image<Samples>): Promise<void> {
  await (isTiffPath(path) ? writeFile(path, encodeTiff(image)) : writePng(path, image));
}

/** Writes a picture with all that it holds, to `stem` with the extension of PNG, or of TIFF where PNG can't hold it. */
export async function writeWhole(stem: string, { image, alpha }: Picture): Promise<void> {
  const isPng = formatFor(image.channels, depthOf(image)) === 'png' && alpha === (image.channels % 2 === 0);
  await (isPng ? writePng(`${stem}.png`, image) : writeFile(`${stem}.tiff`, encodeTiff(image, alpha)));
}

export function isTiffPath(path: string): boolean {
  return ['.tif', '.tiff'].includes(extname(path).toLowerCase());
}

/** Writes an image of 1 to 4 channels as PNG, of 8 or 16 bits, whole or not at all. */
export async function writePng(path: string, image: Image<Samples>): Promise<void> {
  await writeFile(path, await encodePng(image));
}

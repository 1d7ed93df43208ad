import { extname } from 'node:path';
import { depthOf, type Image, type Samples } from '../../core/image.ts';
import { writeFile } from '../../files/write-file.ts';
import type { Picture } from '../picture.ts';
import { encodePng } from './encode.ts';
import { encodeTiff } from './encode-tiff.ts';

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
export async function writeWhole(stem: string, { image, alpha }: Picture): Promise<void> {
  const isPng = formatFor(image.channels, depthOf(image)) === 'png' && alpha === (image.channels % 2 === 0);
  await (isPng ? writePng(`${stem}.png`, image) : writeFile(`${stem}.tiff`, encodeTiff(image, alpha)));
}

export function isTiffPath(path: string): boolean {
  return ['.tif', '.tiff'].includes(extname(path).toLowerCase());
}

/** Writes an image of 1 to 4 channels, of 8 or 16 bits, as PNG, atomically. */
export async function writePng(path: string, image: Image<Samples>): Promise<void> {
  await writeFile(path, await encodePng(image));
}

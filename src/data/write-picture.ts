import { extname } from 'node:path';
import type { Image, Samples } from '../core/image.ts';
import { encodeTiff } from './encode-tiff.ts';
import { writeFile, writePng } from './write-file.ts';

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

export function isTiffPath(path: string): boolean {
  return ['.tif', '.tiff'].includes(extname(path).toLowerCase());
}

import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { UserError } from '../../core/errors.ts';
import { depthOf, type Image, type Samples } from '../../core/image.ts';
import { explainFileError } from '../../files/file-error.ts';
import { unlimitedChannels } from '../decoding/image-header.ts';
import { asPng } from './encode.ts';
import { type PictureShape, tiffHeader } from './encode-tiff.ts';
import { isTiffPath } from './write-picture.ts';

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
  if (!shape) throw new Error('Cannot write a picture without rows');
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

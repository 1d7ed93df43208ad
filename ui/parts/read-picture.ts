import type { Image } from '../../src/core/image.ts';
import { api } from '../client/api.ts';
import { imageFrom } from './pixels.ts';

/** What to offer when files are chosen; browsers that don't read TIFF don't count it among `image/*`. */
export const pictureTypes = 'image/*,.tif,.tiff';

type Size = readonly [height: number, width: number];

/** Makes a PNG of a picture that this browser can't read: TIFF, above all. */
export type Converter = (file: Blob, name: string) => Promise<Blob>;

export interface Reading {
  /** The size to scale a picture to, of its own. */
  readonly sizeFor: (own: Size) => Size;
  /** Whether colours may blend: not in label maps. */
  readonly smooth: boolean;
  /** Null where there is no studio to do so. */
  readonly convert?: Converter | null;
}

/** Decodes somebody's picture and scales it. Throws an Error in a user's words. */
export async function readPicture(
  file: Blob,
  name: string,
  { sizeFor, smooth, convert = api.picture }: Reading,
): Promise<Image> {
  const bitmap = await createImageBitmap(file).catch(async () => {
    const isPicture = file.type.startsWith('image/') || /\.tiff?$/i.test(name);
    if (!isPicture || !convert)
      throw new Error(`Cannot read "${name}": it is not an image in a supported format`);
    return createImageBitmap(await convert(file, name));
  });
  const [height, width] = sizeFor([bitmap.height, bitmap.width]);
  const image = imageFrom(bitmap, width, height, { smooth });
  bitmap.close();
  return image;
}

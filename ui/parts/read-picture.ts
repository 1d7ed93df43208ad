import type { Image } from '../../src/core/image.ts';
import type { Size } from '../../src/core/sizes.ts';
import { api } from '../client/api.ts';
import { imageFrom } from './pixels.ts';

/** File types for file dialogs; browsers that don't read TIFF don't include it in `image/*`. */
export const pictureTypes = 'image/*,.tif,.tiff';

/** Converts a picture that this browser can't read, such as TIFF, to PNG. */
export type Converter = (file: Blob, name: string) => Promise<Blob>;

export interface Reading {
  /** Returns the size to scale a picture to. */
  readonly sizeFor: (own: Size) => Size;
  /** Whether scaling may mix colours: not in label maps. */
  readonly smooth: boolean;
  /** Null if there is no studio to convert pictures. */
  readonly convert?: Converter | null;
}

/** Decodes a user's picture and scales it. Throws an Error with a message for users. */
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

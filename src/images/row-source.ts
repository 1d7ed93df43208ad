import { createImageLike, cropImage, type Image, type Samples } from '../core/image.ts';

/** An image whose rows are read on demand. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  /** Throws UserError if they can't be read. */
  read(top: number, rows: number): Promise<Image<Samples>>;
}

/** The rows of an image in memory. */
export function rowsOf(image: Image<Samples>): RowSource {
  const { width, height } = image;
  return { width, height, read: async (top, rows) => cropImage(image, 0, top, width, rows) };
}

/** Joins strips, from top to bottom, to an image of `height` rows. */
export async function joinRows(
  height: number,
  strips: AsyncIterable<Image<Samples>>,
): Promise<Image<Samples>> {
  let image: Image<Samples> | undefined;
  let filled = 0;
  for await (const strip of strips) {
    if (strip.height === height) return strip;
    image ??= createImageLike(strip, strip.width, height);
    image.data.set(strip.data, filled);
    filled += strip.data.length;
  }
  return image!;
}

import { createImageLike, cropImage, type Image, type Samples } from '../core/image.ts';

/** An image whose rows are read as they are needed. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  /** Throws UserError where they can't be read. */
  read(top: number, rows: number): Promise<Image<Samples>>;
}

/** The rows of an image in memory. */
export function rowsOf(image: Image<Samples>): RowSource {
  const { width, height } = image;
  return { width, height, read: async (top, rows) => cropImage(image, 0, top, width, rows) };
}

/** The image of so many rows that strips make, from top to bottom. */
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

import { createImageLike, type Image, type Samples } from './image.ts';

/** Pads an image at the right and bottom by repeating its last column and row. */
export function padImage<Data extends Samples>(
  image: Image<Data>,
  height: number,
  width: number,
): Image<Data> {
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const padded = createImageLike(image, width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, image.height - 1) * image.width + Math.min(x, image.width - 1)) * channels;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) padded.data[to + c] = image.data[from + c]!;
    }
  return padded;
}

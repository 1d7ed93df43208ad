import { createImage, cropImage, type Image } from '../../src/core/image.ts';

/** Repeats the last row and column until both sides are multiples. */
export function padToMultiple(image: Image, multiple: number): Image {
  const width = Math.ceil(image.width / multiple) * multiple;
  const height = Math.ceil(image.height / multiple) * multiple;
  if (width === image.width && height === image.height) return image;
  const padded = createImage(width, height, image.channels);
  const { channels } = image;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, image.height - 1) * image.width + Math.min(x, image.width - 1)) * channels;
      for (let c = 0; c < channels; c++) padded.data[(y * width + x) * channels + c] = image.data[from + c]!;
    }
  return padded;
}

/** The part of a translated image that was not padding. */
export function cropTo(image: Image, { width, height }: Image): Image {
  if (image.width === width && image.height === height) return image;
  return cropImage(image, 0, 0, width, height);
}

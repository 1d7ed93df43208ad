import { createImage, cropImage, type Image, padImage } from '../../src/core/image.ts';
import type { ModelSource } from './model.ts';

/** A picture with the channels and the size that a model takes. */
export function fitTo(image: Image, { multiple, smallest, channels }: ModelSource): Image {
  const grown = (length: number) => Math.max(Math.ceil(length / multiple) * multiple, smallest);
  return padImage(channels === 1 ? brightnessOf(image) : image, grown(image.height), grown(image.width));
}

/** The part of a translated image that was not padding. */
export function cropTo(image: Image, { width, height }: Image): Image {
  return cropImage(image, 0, 0, width, height);
}

/** RGB → gray, with the weights of Rec. 601. */
function brightnessOf({ width, height, data }: Image): Image {
  const gray = createImage(width, height, 1);
  for (let i = 0; i < gray.data.length; i++)
    gray.data[i] = Math.round(0.299 * data[i * 3]! + 0.587 * data[i * 3 + 1]! + 0.114 * data[i * 3 + 2]!);
  return gray;
}

import { createImageLike, cropImage, type Image, type Samples } from '../core/image.ts';
import type { Random } from '../core/random.ts';
import { areaResize } from './area-resize.ts';

/** What the networks see, in pixels. */
export type Size = readonly [height: number, width: number];

/** How a pair may vary from epoch to epoch; the run config's `augment`. */
export interface Augment {
  /** Resize to size × jitter, then crop at a random place; 1: plain resize. */
  readonly jitter: number;
  /** Mirror half of the pairs left to right. */
  readonly mirror: boolean;
}

/** One draw of every augmentation, for both sides of a pair: resize, then crop, then mirror. Pixels. */
export interface Transform {
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly mirror: boolean;
}

/** Draws the augmentations of one pair; `size` is the height and width that come out. */
export function drawTransform(
  random: Random,
  options: { readonly size: Size; readonly augment: Augment },
): Transform {
  const { augment } = options;
  const [height, width] = options.size;
  const resizedHeight = Math.round(height * augment.jitter);
  const resizedWidth = Math.round(width * augment.jitter);
  const top = random.integer(resizedHeight - height + 1);
  const left = random.integer(resizedWidth - width + 1);
  const mirror = augment.mirror && random.uniform() < 0.5;
  return { resizedWidth, resizedHeight, left, top, width, height, mirror };
}

/** The transform that only resizes, for pairs that are looked at rather than learned from. */
export function resizeOnly([height, width]: Size): Transform {
  return { resizedWidth: width, resizedHeight: height, left: 0, top: 0, width, height, mirror: false };
}

/** Applies a transform; an image of any size comes out `height`×`width`. */
export function applyTransform<Data extends Samples>(image: Image<Data>, transform: Transform): Image<Data> {
  const { left, top, width, height } = transform;
  const resized = areaResize(image, transform.resizedWidth, transform.resizedHeight);
  const cropped = cropImage(resized, left, top, width, height);
  return transform.mirror ? mirrorImage(cropped) : cropped;
}

/** Left becomes right. */
function mirrorImage<Data extends Samples>(image: Image<Data>): Image<Data> {
  const { width, height, channels } = image;
  const mirrored = createImageLike(image, width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = (y * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) mirrored.data[to + c] = image.data[from + c]!;
    }
  }
  return mirrored;
}

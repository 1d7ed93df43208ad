import { UserError } from '../../core/errors.ts';
import type { Image, Samples } from '../../core/image.ts';
import type { Resampling, Size, SizeMode } from '../../core/sizes.ts';
import { areaResize, resizeWith } from './area-resize.ts';
import { nearestWeights } from './resize-weights.ts';

type Picture = Image<Samples>;

/** The size to which a picture is scaled before `size` is cropped from it; at least as large as `size`. */
const scaledSizes: Record<SizeMode, (picture: Picture, size: Size, jitter: number) => Size> = {
  resize: (_, size) => size,
  'resize-and-crop': (_, [height, width], jitter) => [
    Math.round(height * jitter),
    Math.round(width * jitter),
  ],
  'scale-width': (picture, size, jitter) => scaled(picture, size, (size[1] * jitter) / picture.width),
  'scale-shorter-side': (picture, size, jitter) =>
    scaled(picture, size, coveringScale(picture, size) * jitter),
  crop: (picture, size) => scaled(picture, size, 1),
  none: (picture, size) => {
    if (picture.height === size[0] && picture.width === size[1]) return size;
    throw new UserError(
      `Cannot use pictures of ${picture.height}×${picture.width} without resizing: the networks take ${size.join('×')}; ` +
        'use --resize resize, or another --size',
    );
  },
};

/** See {@link SizeMode}. Modes that keep the aspect ratio enlarge pictures that would not cover `size`. */
export function scaledSize(mode: SizeMode, picture: Picture, size: Size, jitter: number): Size {
  return scaledSizes[mode](picture, size, jitter);
}

function scaled(picture: Picture, size: Size, wanted: number): Size {
  const scale = Math.max(wanted, coveringScale(picture, size));
  const grown = (length: number, least: number) => Math.max(least, Math.round(length * scale));
  return [grown(picture.height, size[0]), grown(picture.width, size[1])];
}

function coveringScale({ height, width }: Picture, size: Size): number {
  return Math.max(size[0] / height, size[1] / width);
}

export function resample<Data extends Samples>(
  image: Image<Data>,
  [height, width]: Size,
  resampling: Resampling,
): Image<Data> {
  if (resampling === 'area') return areaResize(image, width, height);
  if (image.width === width && image.height === height) return image;
  return resizeWith(image, nearestWeights(image.width, width), nearestWeights(image.height, height));
}

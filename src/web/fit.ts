import type { Size } from '../core/sizes.ts';
import { Pix2PixError } from './errors.ts';
import type { ModelInfo } from './model-info.ts';

type Sizes = Pick<ModelInfo, 'fixed' | 'multiple' | 'smallest' | 'size'>;

/** The size nearest to the training size that keeps a picture's shape: their shorter sides are equal. */
export function trainingScale([height, width]: Size, trained: Size): Size {
  const factor = Math.min(...trained) / Math.min(height, width);
  return scaled([height, width], factor);
}

/** The size at which a model translates a picture that may be resized. */
export function fittedSize([height, width]: Size, { fixed, size }: Sizes): Size {
  if (fixed === null) return trainingScale([height, width], size);
  return scaled([height, width], Math.min(fixed[0] / height, fixed[1] / width));
}

function scaled([height, width]: Size, factor: number): Size {
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}

/** The size that a model takes, by repeating the last row and column of a picture. Throws {@link Pix2PixError} if it is too large. */
export function paddedSize([height, width]: Size, { fixed, multiple, smallest }: Sizes): Size {
  if (fixed === null) return [grown(height, multiple, smallest), grown(width, multiple, smallest)];
  if (height <= fixed[0] && width <= fixed[1]) return fixed;
  throw new Pix2PixError(
    'source',
    `Cannot translate ${width}×${height} pixels: the model takes ${fixed[1]}×${fixed[0]} at most; use resize "fit"`,
  );
}

function grown(length: number, multiple: number, smallest: number): number {
  return Math.max(Math.ceil(length / multiple) * multiple, smallest);
}

import { type Image, imageToTensor } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';
import type { Size } from '../../core/sizes.ts';
import type { PaletteColor } from '../../data/inspection/palette.ts';
import { areaResize } from '../../images/resize.ts';
import { NO_CLASS, readLabels } from './label-classes.ts';

/** A photo with its classes, somewhat larger than the reader's input, for random crops. */
export interface ReaderExample {
  readonly photo: Image;
  readonly labels: Uint8Array;
}

/** As in the paper: 286 pixels for an input of 256. */
const JITTER = 286 / 256;

export function readerExample(
  photo: Image,
  labelMap: Image,
  classes: readonly PaletteColor[],
  [height, width]: Size,
): ReaderExample {
  const [rows, columns] = [Math.round(height * JITTER), Math.round(width * JITTER)];
  return {
    photo: areaResize(photo, columns, rows),
    labels: readLabels(labelMap, classes, rows, columns),
  };
}

/**
 * Writes one example, randomly cropped and flipped, into a batch: photo [H,W,3] on [−1, 1], classes one-hot [H,W,K].
 */
export function drawExample(
  { photo, labels }: ReaderExample,
  [height, width]: Size,
  random: Random,
  out: { readonly photo: Float32Array; readonly oneHot: Float32Array },
): void {
  const [top, left] = [random.integer(photo.height - height + 1), random.integer(photo.width - width + 1)];
  const mirror = random.uniform() < 0.5;
  const values = imageToTensor(photo);
  const classes = out.oneHot.length / (height * width);
  out.oneHot.fill(0);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (y + top) * photo.width + left + (mirror ? width - 1 - x : x);
      const to = y * width + x;
      for (let c = 0; c < 3; c++) out.photo[3 * to + c] = values[3 * from + c]!;
      if (labels[from] !== NO_CLASS) out.oneHot[to * classes + labels[from]!] = 1;
    }
}

import { createImage, type Image, type Samples } from '../core/image.ts';
import type { Direction } from '../core/image-pair.ts';
import type { Size } from '../core/sizes.ts';
import { loadPair } from '../data/pair.ts';
import type { PairFiles } from '../data/pair-files.ts';
import { shownImage } from '../images/picture.ts';
import { areaResize } from '../images/resize.ts';

/** Pictures are compared with training pictures at this size: fine enough for layout and colour, too coarse for blur. */
const THUMBNAIL = 24;

/** What is known of the training pairs. */
export interface TrainingPhotos {
  /** Mean of the targets, at the size of the comparison. */
  readonly mean: Image;
  /** The training pair whose condition is most similar to that of pair `name`. */
  nearestByCondition(condition: Image<Samples>, name: string): PairFiles;
  /** Root mean square difference of a picture for pair `name` to the most similar training target, in levels. */
  distance(picture: Image, name: string): number;
}

export interface TrainingPhotosOptions {
  readonly direction: Direction;
  readonly size: Size;
  /** Whether the training pairs are those that are scored: then a pair is not compared with itself. */
  readonly leaveOut: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

interface Known {
  readonly files: PairFiles;
  readonly condition: Uint8Array;
  readonly target: Uint8Array;
}

/** Reads the training pairs once. Throws UserError as {@link loadPair} does. */
export async function readTrainingPhotos(
  pairs: readonly PairFiles[],
  { direction, size: [height, width], leaveOut, onProgress }: TrainingPhotosOptions,
): Promise<TrainingPhotos> {
  const mean = createImage(width, height);
  const sums = new Float64Array(mean.data.length);
  const known: Known[] = [];
  for (const files of pairs) {
    const { condition, target } = await loadPair(files, direction);
    const shown = areaResize(target, width, height);
    for (let i = 0; i < sums.length; i++) sums[i]! += shown.data[i]!;
    known.push({ files, condition: thumbnailOf(condition), target: thumbnailOf(shown) });
    onProgress?.(known.length, pairs.length);
  }
  sums.forEach((sum, i) => {
    mean.data[i] = Math.round(sum / pairs.length);
  });
  const nearest = (side: 'condition' | 'target', picture: Image<Samples>, name: string) => {
    const thumbnail = thumbnailOf(picture);
    const isOther = ({ files }: Known) => !leaveOut || files.name !== name || known.length === 1;
    return known
      .filter(isOther)
      .map(each => ({ files: each.files, distance: distanceOf(each[side], thumbnail) }))
      .reduce((best, each) => (each.distance < best.distance ? each : best));
  };
  return {
    mean,
    nearestByCondition: (condition, name) => nearest('condition', condition, name).files,
    distance: (picture, name) => nearest('target', picture, name).distance,
  };
}

function thumbnailOf(image: Image<Samples>): Uint8Array {
  return areaResize(shownImage(image), THUMBNAIL, THUMBNAIL).data;
}

function distanceOf(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / a.length);
}

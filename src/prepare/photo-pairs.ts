import { join, parse } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Image, Samples } from '../core/image.ts';
import { mapAhead } from '../core/map-ahead.ts';
import { Random } from '../core/random.ts';
import { distinctNames, drawTestItems } from '../data/assign-splits.ts';
import { assertEmptyFolder } from '../files/folder.ts';
import { decodeImage } from '../images/decoding/decode.ts';
import { writePng } from '../images/encoding/encode.ts';
import { type Fit, type Half, halfOf, squarePicture } from '../images/resize.ts';
import { placeSideBySide } from '../images/side-by-side.ts';
import type { PhotoTask, TaskValues } from './tasks/index.ts';

export interface PhotoPairsOptions {
  readonly task: PhotoTask;
  readonly values: TaskValues;
  /** Side of the pictures in pixels. */
  readonly size: number;
  readonly fit: Fit;
  /** The half of each picture that is the photo; undefined: the whole picture. */
  readonly half: Half | undefined;
  /** Share of the pairs written to `test/`. */
  readonly testShare: number;
  readonly seed: number;
  /** Skip photos that can't be read; off: throw their {@link UserError}. */
  readonly skipBad: boolean;
  readonly onSkip?: (message: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The number of pairs written, and of photos that had to be enlarged. */
export interface PhotoPairsResult {
  readonly train: number;
  readonly test: number;
  readonly enlarged: number;
}

/**
 * Writes `folder/train/<name>.png` and `folder/test/<name>.png`: the photo (A) on the left, the picture that the task
 * derives from it (B) on the right. A pair depends only on the photo's name and pixels and the seed, not on other
 * photos.
 */
export async function writePhotoPairs(
  files: readonly string[],
  folder: string,
  options: PhotoPairsOptions,
): Promise<PhotoPairsResult> {
  await assertEmptyFolder(folder, 'pairs');
  const names = distinctNames(files.map(file => parse(file).name));
  const random = Random.fromSeed(options.seed);
  const tests = drawTestItems(files.length, options.testShare, random.split('test pairs'));
  const counts = { train: 0, test: 0, enlarged: 0 };
  let done = 0;
  for await (const photo of mapAhead(files, 2, file => readPhoto(file, options))) {
    const index = done++;
    if (photo instanceof UserError) leaveOut(photo, options);
    else {
      const name = names[index]!;
      const split = tests.has(index) ? 'test' : 'train';
      const pair = derivePair(photo, options, random.split(`photo/${name}`));
      await writePng(join(folder, split, `${name}.png`), pair);
      counts[split]++;
      if (Math.min(photo.width, photo.height) < options.size) counts.enlarged++;
    }
    options.onProgress?.(done, files.length);
  }
  if (counts.train + counts.test > 0) return counts;
  throw new UserError(`Cannot make pairs: none of the ${files.length} images can be read; check the folder`);
}

async function readPhoto(file: string, { half }: PhotoPairsOptions): Promise<Image | UserError> {
  try {
    const picture = await decodeImage(file);
    return half ? halfOf(picture, half, file) : picture;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function leaveOut(error: UserError, { skipBad, onSkip }: PhotoPairsOptions): void {
  if (!skipBad) throw new UserError(`${error.message}; use --skip-bad to skip such images`);
  onSkip?.(`Skipped an image. ${error.message}`);
}

function derivePair(
  photo: Image,
  { task, values, size, fit }: PhotoPairsOptions,
  random: Random,
): Image<Samples> {
  const square = squarePicture(photo, size, fit);
  return placeSideBySide<Samples>(task.original?.(square) ?? square, task.derive(square, values, random));
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { createImage, type Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { checkFacadeSize, type FacadeSize, syntheticFacades } from './facades/index.ts';
import { writePng } from './write-file.ts';

export interface SyntheticDataOptions {
  /** How many pairs to train with. */
  readonly train: number;
  /** How many pairs to test with; none of them is in the training set. */
  readonly test: number;
  readonly size: FacadeSize;
  readonly seed: number;
  /** Called after each pair is written. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Writes `folder/train/0001.png` … and `folder/test/0001.png` …: invented facades in the layout of the published
 * data set, the photo on the left (A) and its label map on the right (B). The folder must be new or empty.
 */
export async function writeSyntheticFacades(folder: string, options: SyntheticDataOptions): Promise<void> {
  checkFacadeSize(options.size);
  await refuseNonEmpty(folder);
  const total = options.train + options.test;
  let done = 0;
  for (const split of ['train', 'test'] as const) {
    const seed = Random.fromSeed(options.seed).split(split).integer(0x7fffffff);
    for (const { name, photo, label } of syntheticFacades({
      count: options[split],
      size: options.size,
      seed,
    })) {
      await writePng(join(folder, split, `${name}.png`), placeSideBySide(photo, label));
      done++;
      options.onProgress?.(done, total);
    }
  }
}

async function refuseNonEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? notAFolder(folder) : error;
  });
  if (entries.length === 0) return;
  throw new UserError(
    `Cannot write facades into "${folder}": it holds ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ` +
      'wanted a new or empty folder; name another one or empty it',
  );
}

function notAFolder(path: string): UserError {
  return new UserError(
    `Cannot write facades into "${path}": it is a file, wanted a new or empty folder; name another`,
  );
}

/** Two images of one height, [H, W, 3] each → [H, 2W, 3]. */
function placeSideBySide(left: Image, right: Image): Image {
  const pair = createImage(left.width + right.width, left.height);
  for (let y = 0; y < pair.height; y++) {
    const start = y * pair.width * 3;
    pair.data.set(rowOf(left, y), start);
    pair.data.set(rowOf(right, y), start + left.width * 3);
  }
  return pair;
}

function rowOf(image: Image, y: number): Uint8Array {
  const length = image.width * 3;
  return image.data.subarray(y * length, (y + 1) * length);
}

import { join } from 'node:path';
import { Random } from '../core/random.ts';
import { checkFacadeSize, type FacadeSize, syntheticFacades } from './facades/index.ts';
import { refuseNonEmpty } from './new-folder.ts';
import { placeSideBySide } from './side-by-side.ts';
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
  await refuseNonEmpty(folder, 'facades');
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

import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { cropImage } from '../core/image.ts';
import { distinctNames } from './assign-splits.ts';
import type { Split } from './layout.ts';
import { refuseNonEmpty } from './new-folder.ts';
import { loadPair } from './pair.ts';
import { findPairs, openPairs, type PairSet } from './pairing.ts';
import { placeSideBySide } from './side-by-side.ts';
import { writePng } from './write-file.ts';

export interface CropOptions {
  /** Pixels of each side of a tile. */
  readonly size: number;
  /** Pixels that neighbouring tiles share at least. */
  readonly overlap: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Cuts every pair of a data set into square tiles, both sides at the same places; returns how many went where. */
export async function writeTiles(
  folder: string,
  out: string,
  { size, overlap, onProgress }: CropOptions,
): Promise<Partial<Record<Split, number>>> {
  await refuseNonEmpty(out, 'tiles');
  const splits = await openSplits(folder);
  const total = splits.reduce((sum, [, { pairs }]) => sum + pairs.length, 0);
  const counts: Partial<Record<Split, number>> = {};
  let done = 0;
  for (const [split, { pairs }] of splits) {
    const names = distinctNames(pairs.map(({ name }) => name));
    for (const [i, files] of pairs.entries()) {
      const { condition: a, target: b } = await loadPair(files, 'AtoB');
      if (Math.min(a.width, a.height) < size) throw tooSmall(files.name, a, size);
      for (const top of tilePlaces(a.height, size, overlap)) {
        for (const left of tilePlaces(a.width, size, overlap)) {
          const [tileA, tileB] = [a, b].map(side => cropImage(side, left, top, size, size));
          const name = `${names[i]}-${left}-${top}.png`;
          await writePng(join(out, split, name), placeSideBySide(tileA!, tileB!));
          counts[split] = (counts[split] ?? 0) + 1;
        }
      }
      onProgress?.(++done, total);
    }
  }
  return counts;
}

/** As few places as cover the whole length, evenly spread. */
export function tilePlaces(length: number, size: number, overlap: number): number[] {
  const count = Math.max(1, Math.ceil((length - overlap) / (size - overlap)));
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (length - size)) / (count - 1)),
  );
}

async function openSplits(folder: string): Promise<[Split, PairSet][]> {
  const train = await openPairs(folder, { split: 'train' });
  const test = await findPairs(folder, { split: 'test' });
  return [['train', train], ...(test ? [['test', test] as [Split, PairSet]] : [])];
}

function tooSmall(
  name: string,
  { width, height }: { width: number; height: number },
  size: number,
): UserError {
  return new UserError(
    `Cannot cut tiles of ${size}×${size} from pair "${name}": it is ${width}×${height}; ` +
      `use --size ${Math.min(width, height)} or less`,
  );
}

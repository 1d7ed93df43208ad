import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { cropImage, type Image, type Samples } from '../core/image.ts';
import { distinctNames } from '../data/assign-splits.ts';
import { loadSides } from '../data/pair.ts';
import type { Split } from '../data/pair-files.ts';
import { openSplits } from '../data/pairing.ts';
import { assertEmptyFolder } from '../files/folder.ts';
import { writeLossless } from '../images/encoding/encode.ts';
import { joinSides } from '../images/side-by-side.ts';

export interface CropOptions {
  /** Side of a tile in pixels. */
  readonly size: number;
  /** Least overlap of neighbouring tiles in pixels. */
  readonly overlap: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Cuts every pair of a data set into square tiles, both sides at the same places; returns the number of tiles by split.
 */
export async function writeTiles(
  folder: string,
  out: string,
  { size, overlap, onProgress }: CropOptions,
): Promise<Partial<Record<Split, number>>> {
  await assertEmptyFolder(out, 'tiles');
  const splits = await openSplits(folder);
  const total = splits.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const counts: Partial<Record<Split, number>> = {};
  let done = 0;
  for (const { split, pairs } of splits) {
    const names = distinctNames(pairs.map(({ name }) => name));
    for (const [i, files] of pairs.entries()) {
      const sides = await loadSides(files);
      const { width, height } = sides[0].image;
      if (Math.min(width, height) < size) throw tooSmall(files.name, sides[0].image, size);
      for (const top of tilePlaces(height, size, overlap)) {
        for (const left of tilePlaces(width, size, overlap)) {
          const [a, b] = sides.map(side => ({
            ...side,
            image: cropImage(side.image, left, top, size, size),
          }));
          const tile = joinSides(a!, b!, files.name);
          await writeLossless(join(out, split, `${names[i]}-${left}-${top}`), tile);
          counts[split] = (counts[split] ?? 0) + 1;
        }
      }
      onProgress?.(++done, total);
    }
  }
  return counts;
}

/** The fewest evenly spaced positions that cover the whole length. */
export function tilePlaces(length: number, size: number, overlap: number): number[] {
  const count = Math.max(1, Math.ceil((length - overlap) / (size - overlap)));
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (length - size)) / (count - 1)),
  );
}

function tooSmall(name: string, { width, height }: Image<Samples>, size: number): UserError {
  return new UserError(
    `Cannot cut tiles of ${size}×${size} from pair "${name}": it is ${width}×${height}; ` +
      `use --size ${Math.min(width, height)} or less`,
  );
}

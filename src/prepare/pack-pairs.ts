import { extname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { filesOf, type PairFiles } from '../data/pair-files.ts';
import { openSplits } from '../data/pairing.ts';
import { explainFileError } from '../files/file-error.ts';
import { assertEmptyFolder, makeFolder } from '../files/folder.ts';
import { readBytes } from '../files/read.ts';
import { tarPieces } from '../files/tar.ts';
import { writeAtomically } from '../files/write.ts';

export interface PackOptions {
  /** Pairs in a shard. */
  readonly perShard: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface PackResult {
  readonly pairs: number;
  readonly shards: number;
}

/**
 * Writes the pairs of a data set, unchanged and in their order, into tar shards: `train/00000.tar`, … Throws UserError if
 * there are no pairs, or `out` is not empty.
 */
export async function packPairs(data: string, out: string, options: PackOptions): Promise<PackResult> {
  await assertEmptyFolder(out, 'shards');
  const splits = await openSplits(data);
  const total = splits.reduce((sum, { pairs }) => sum + pairs.length, 0);
  let shards = 0;
  let done = 0;
  for (const { split, pairs } of splits) {
    await makeFolder(join(out, split));
    for (let from = 0; from < pairs.length; from += options.perShard) {
      const path = join(out, split, `${String(from / options.perShard).padStart(5, '0')}.tar`);
      const part = pairs.slice(from, from + options.perShard);
      await writeShard(path, part, from);
      shards++;
      done += part.length;
      options.onProgress?.(done, total);
    }
  }
  return { pairs: total, shards };
}

async function writeShard(path: string, pairs: readonly PairFiles[], first: number): Promise<void> {
  const members = pairs.flatMap((files, i) => {
    // Names are unique by their number; up to the first dot they say which members belong together.
    const key = `${String(first + i).padStart(7, '0')}-${files.name.replaceAll(/[./\\]/g, '_')}`;
    const sides = 'file' in files ? [''] : ['.a', '.b'];
    return filesOf(files).map((file, side) => ({
      name: `${key}${sides[side]}${extname(file).toLowerCase()}`,
      read: () => readBytes(file, `"${file}"`),
    }));
  });
  await writeAtomically(path, tarPieces(members)).catch(error => {
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot write "${path}": ${explainFileError(error)}`);
  });
}

import { copyFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { makeFolder } from '../files/folder.ts';
import { readBytes } from '../files/read.ts';
import { throughShard } from '../files/shards.ts';
import { writeFile } from '../files/write.ts';
import type { Layout } from './layout.ts';
import { filesOf, type PairFiles, type Split } from './pair-files.ts';

/** The paths of a pair in a new data set, without extension: `train/1`, or `trainA/1` and `trainB/1`. */
export function pairTargets(folder: string, kind: Layout['kind'], split: Split, name: string): string[] {
  const places = kind === 'side-by-side' ? [split] : [`${split}A`, `${split}B`];
  return places.map(place => join(folder, place, name));
}

/** Copies the files of a pair unchanged, keeping their extensions. Throws {@link UserError} if the disk refuses. */
export async function copyPair(files: PairFiles, targets: readonly string[]): Promise<void> {
  for (const [i, file] of filesOf(files).entries()) {
    const target = `${targets[i]}${extname(file)}`;
    await makeFolder(dirname(target));
    if (await throughShard(file)) await writeFile(target, await readBytes(file, file));
    else
      await copyFile(file, target).catch(error => {
        throw new UserError(`Cannot copy "${file}" to "${target}": ${explainFileError(error)}`);
      });
  }
}

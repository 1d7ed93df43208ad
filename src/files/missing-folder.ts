import { basename, dirname, join, resolve } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { UserError } from '../core/errors.ts';
import { exists, isFolder, namesIn } from './folder.ts';

/** The error for a data folder that doesn't exist; it suggests an existing one with a similar name. */
export async function missingFolder(folder: string): Promise<UserError> {
  if (await exists(folder)) {
    return new UserError(`Cannot open "${folder}": it is a file; pass the folder that holds the pairs`);
  }
  const similar = await similarFolder(folder);
  const advice = similar
    ? `did you mean "${similar}"`
    : 'pass a folder of image pairs, or make one with "pix2pix prepare synth facades --out facades"';
  return new UserError(`Cannot open the data folder "${folder}": it does not exist; ${advice}`);
}

async function similarFolder(folder: string): Promise<string | undefined> {
  const wanted = basename(resolve(folder));
  const parent = dirname(resolve(folder));
  const names = await namesIn(parent);
  if (names.length === 0) return undefined;
  const near = closest(wanted, names);
  const close = distance(wanted, near) <= Math.max(2, wanted.length / 3);
  return close && (await isFolder(join(parent, near))) ? join(dirname(folder), near) : undefined;
}

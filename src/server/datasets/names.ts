import { UserError } from '../../core/errors.ts';
import { manifestNames } from '../../data/manifest.ts';
import { hasImageExtension } from '../../files/folder.ts';
import { isPlainName } from '../workspace.ts';

const deepest = 4;

/**
 * Where an uploaded file goes in its data set, as names of folders and file; undefined for what is no picture and no
 * list of pairs, such as hidden files. Throws {@link UserError} for paths that lead elsewhere.
 */
export function placeOf(path: string): string[] | undefined {
  const names = path.split('/').filter(name => name !== '' && name !== '.');
  if (path.startsWith('/') || names.some(name => name === '..' || /[\\\0:]/.test(name))) {
    throw new UserError(
      `Cannot unpack "${path.slice(0, 100)}": it leads out of its folder; pack the folder itself`,
    );
  }
  if (names.length > deepest || !names.every(isPlainName)) return undefined;
  const name = names.at(-1) ?? '';
  return hasImageExtension(name) || isManifestName(name) ? names : undefined;
}

/** Whether a file of this name lists a data set's pairs. */
export function isManifestName(name: string): boolean {
  return manifestNames.includes(name);
}

/** Paths without the folders that all of them share, as archives often have one around everything. */
export function withoutCommonFolder(paths: readonly (readonly string[])[]): (readonly string[])[] {
  let shared = 0;
  const [first] = paths;
  while (
    first &&
    shared < first.length - 1 &&
    paths.every(path => path.length > shared + 1 && path[shared] === first[shared])
  ) {
    shared++;
  }
  // The folder of the only split is no wrapping.
  const keeps =
    first?.slice(0, shared).findIndex(name => /^(train|test|val|validation|A|B)/.test(name)) ?? -1;
  return paths.map(path => path.slice(keeps < 0 ? shared : keeps));
}

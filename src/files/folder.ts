import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { UserError } from '../core/errors.ts';
import { explainFileError } from './file-error.ts';

const imageExtensions = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.bmp']);

/** An image file; `name` has neither folder nor extension. */
export interface ImageFile {
  readonly name: string;
  readonly path: string;
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  );
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * The names in a folder without hidden ones, in code-unit order; empty if there is no such folder. Throws {@link UserError}
 * if it can't be read.
 */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(error => {
    if (['ENOENT', 'ENOTDIR'].includes(error.code)) return [];
    throw new UserError(
      `Cannot list folder "${folder}": ${explainFileError(error)}; make it readable, or name another`,
    );
  });
  return names.filter(name => !name.startsWith('.')).sort();
}

/** All names in a folder, hidden ones too; empty if there is no such folder. Throws the system's error if it can't be read. */
export async function entriesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

export function hasImageExtension(name: string): boolean {
  return imageExtensions.has(extname(name).toLowerCase());
}

/** The images directly in a folder, recognised by extension, in code-unit order of their file names. */
export async function imagesIn(folder: string): Promise<ImageFile[]> {
  const names = (await namesIn(folder)).filter(hasImageExtension);
  return names.map(name => ({ name: parse(name).name, path: join(folder, name) }));
}

/** Creates a folder and its parents if they are missing. Throws {@link UserError} if the system refuses. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeWithParents(folder);
  } catch (error) {
    // The parent exists, but the system allows no new folders in it, as in /proc.
    const isRefused = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isRefused ? 'the system allows no folders there' : explainFileError(error);
    throw new UserError(`Cannot make folder "${folder}": ${reason}; name another`);
  }
}

// Node's recursive mkdir never returns if the system keeps answering ENOENT, as below /proc.
async function makeWithParents(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeWithParents(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

/** Throws {@link UserError} unless `folder` is missing or empty; `what` names what would be written into it. */
export async function assertEmptyFolder(folder: string, what: string): Promise<void> {
  const entries = await entriesIn(folder).catch(error => {
    throw error.code === 'ENOTDIR' ? notAFolder(folder, what) : error;
  });
  if (entries.length === 0) return;
  throw new UserError(
    `Cannot write ${what} into "${folder}": it holds ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ` +
      'expected a new or empty folder; name another one or empty it',
  );
}

function notAFolder(path: string, what: string): UserError {
  return new UserError(
    `Cannot write ${what} into "${path}": it is a file, expected a new or empty folder; name another`,
  );
}

/** The error for a data folder that doesn't exist; it suggests an existing one with a similar name. */
export async function missingFolder(folder: string): Promise<UserError> {
  if (await exists(folder)) {
    return new UserError(`Cannot open "${folder}": it is a file; pass the folder that holds the pairs`);
  }
  const similar = await similarFolder(folder);
  const advice = similar
    ? `did you mean "${similar}"?`
    : 'pass a folder of image pairs, or make one with "pix2pix prepare synth facades --out facades"';
  return new UserError(`Cannot open the data folder "${folder}": it does not exist; ${advice}`);
}

async function similarFolder(folder: string): Promise<string | undefined> {
  const wanted = basename(resolve(folder));
  const parent = dirname(resolve(folder));
  const names = await namesIn(parent).catch(() => []);
  if (names.length === 0) return undefined;
  const near = closest(wanted, names);
  const close = distance(wanted, near) <= Math.max(2, wanted.length / 3);
  return close && (await isFolder(join(parent, near))) ? join(dirname(folder), near) : undefined;
}

/** Whether a path leads into a folder, by name alone: links are not resolved. */
export function isBelow(folder: string, path: string): boolean {
  const [first] = relative(folder, path).split(sep);
  return first !== '' && first !== '..' && !isAbsolute(relative(folder, path));
}

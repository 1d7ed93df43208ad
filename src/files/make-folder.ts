import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../core/errors.ts';
import { explainFileError } from './file-error.ts';
import { isFolder } from './folder.ts';

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

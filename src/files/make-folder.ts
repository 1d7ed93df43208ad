import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../core/errors.ts';
import { explainFileError } from './file-error.ts';
import { isFolder } from './folder.ts';

/** Makes a folder and those above it, where they are missing. Throws {@link UserError} where the system refuses. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeWithParents(folder);
  } catch (error) {
    // The parent is there: the system makes no folders in it, as in /proc.
    const isRefused = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isRefused ? 'the system allows no folders there' : explainFileError(error);
    throw new UserError(`Cannot make folder "${folder}": ${reason}; name another`);
  }
}

// Node's own recursive mkdir never returns where the system keeps answering ENOENT, as below /proc.
async function makeWithParents(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeWithParents(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

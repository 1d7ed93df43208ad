import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { entriesIn, exists } from '../files/folder.ts';

// `--force` keeps the run that it replaces in a subfolder until the new one saves its first checkpoint. If the new run fails
// before, the old one is moved back. What is only partly moved has another name than a whole run, so that an interruption
// loses nothing.

const replacedPath = (runFolder: string) => join(runFolder, '.replaced');
const movingPath = (runFolder: string) => join(runFolder, '.replacing');

/** Whether the folder has a whole run that is being replaced. */
export function hasReplacedRun(runFolder: string): Promise<boolean> {
  return exists(replacedPath(runFolder));
}

/** Moves those of a run's files and folders that exist out of the way: all of them, or none if the disk refuses. */
export async function setRunAside(runFolder: string, names: readonly string[]): Promise<void> {
  const moving = movingPath(runFolder);
  await mkdir(moving);
  try {
    for (const name of names)
      if (await exists(join(runFolder, name))) await rename(join(runFolder, name), join(moving, name));
    await rename(moving, replacedPath(runFolder));
  } catch (error) {
    await finishInterruptedMove(runFolder);
    throw error;
  }
}

/** Moves a replaced run back, if there is one; the files of its successor must have been removed. */
export async function bringRunBack(runFolder: string): Promise<void> {
  if (!(await hasReplacedRun(runFolder))) return;
  await rename(replacedPath(runFolder), movingPath(runFolder));
  await finishInterruptedMove(runFolder);
}

/**
 * Moves back what an interrupted move has left, if anything. Throws {@link UserError} that says where it is if the disk
 * refuses.
 */
export async function finishInterruptedMove(runFolder: string): Promise<void> {
  const moving = movingPath(runFolder);
  if (!(await exists(moving))) return;
  try {
    await moveInto(moving, runFolder);
  } catch (error) {
    throw new UserError(
      `Cannot move the earlier run back into "${runFolder}": ${explainFileError(error)}; the rest of it is in "${moving}"`,
    );
  }
}

/** Moves a folder's content into another one, which may have folders of the same names. */
async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await entriesIn(from)) {
    await rename(join(from, name), join(to, name)).catch(error => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
      return moveInto(join(from, name), join(to, name));
    });
  }
  await rmdir(from);
}

/** Deletes a replaced run, if there is one. */
export async function deleteReplacedRun(runFolder: string): Promise<void> {
  await rm(replacedPath(runFolder), { recursive: true, force: true });
}

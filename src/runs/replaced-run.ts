import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { entriesIn, exists } from '../files/folder.ts';

// `--force` keeps the run that it replaces in a subfolder until the new one saves its first checkpoint. If the new run fails
// before, the old one is moved back.

const replacedPath = (runFolder: string) => join(runFolder, '.replaced');

/** Whether the folder has a run that is being replaced. */
export function hasReplacedRun(runFolder: string): Promise<boolean> {
  return exists(replacedPath(runFolder));
}

/** Moves those of a run's files and folders that exist out of the way, in this order. */
export async function setRunAside(runFolder: string, names: readonly string[]): Promise<void> {
  await mkdir(replacedPath(runFolder));
  for (const name of names) {
    if (await exists(join(runFolder, name)))
      await rename(join(runFolder, name), join(replacedPath(runFolder), name));
  }
}

/**
 * Moves a replaced run back, if there is one; the files of its successor must have been removed. Throws {@link UserError}
 * that says where it is if the disk refuses.
 */
export async function bringRunBack(runFolder: string): Promise<void> {
  if (!(await hasReplacedRun(runFolder))) return;
  const from = replacedPath(runFolder);
  try {
    for (const name of await entriesIn(from)) await rename(join(from, name), join(runFolder, name));
    await rmdir(from);
  } catch (error) {
    throw new UserError(
      `Cannot bring the run in "${runFolder}" back that was to be replaced: ${explainFileError(error)}; the rest of it is in "${from}"`,
    );
  }
}

/** Deletes a replaced run, if there is one. */
export async function deleteReplacedRun(runFolder: string): Promise<void> {
  await rm(replacedPath(runFolder), { recursive: true, force: true });
}

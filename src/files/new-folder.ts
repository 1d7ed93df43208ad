import { readdir } from 'node:fs/promises';
import { UserError } from '../core/errors.ts';

/** Throws {@link UserError} unless `folder` is missing or empty; `what` names what would be written into it. */
export async function assertEmptyFolder(folder: string, what: string): Promise<void> {
  const entries = await readdir(folder).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? notAFolder(folder, what) : error;
  });
  if (entries.length === 0) return;
  throw new UserError(
    `Cannot write ${what} into "${folder}": it holds ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ` +
      'wanted a new or empty folder; name another one or empty it',
  );
}

function notAFolder(path: string, what: string): UserError {
  return new UserError(
    `Cannot write ${what} into "${path}": it is a file, wanted a new or empty folder; name another`,
  );
}

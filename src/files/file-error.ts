import { messageOf, UserError } from '../core/errors.ts';

const reasons: Record<string, string> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a file is in the way',
  EEXIST: 'a file is in the way',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EFBIG: 'it would exceed the largest file size allowed here',
  EIO: 'the disk reported an input/output error',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'its name is too long',
};

/** Whether the file system refused something, for a reason that {@link explainFileError} knows. */
export function isFileError(error: unknown): boolean {
  return ((error as NodeJS.ErrnoException | undefined)?.code ?? '') in reasons;
}

/** The error of a file that can't be written into a folder that exists. */
export function cannotWrite(path: string, error: unknown): UserError {
  // As in /proc, where nothing can be created.
  const isRefused = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  const reason = isRefused ? 'the system allows no files there' : explainFileError(error);
  return new UserError(`Cannot write "${path}": ${reason}`);
}

/** Explains a file system error to users. */
export function explainFileError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return reasons[code] ?? messageOf(error);
}

import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { extract, list, type ReadEntry } from 'tar';
import { messageOf, UserError } from '../../core/errors.ts';
import { explainFileError, isFileError } from '../../files/file-error.ts';
import { assertEmptyFolder } from '../../files/folder.ts';
import { BadArchiveError } from './bad-archive.ts';

export interface UnpackLimits {
  readonly bytes: number;
  readonly files: number;
}

/**
 * Unpacks a .tar.gz of plain files and folders below one top folder into `folder`, a new or empty one on the same disk,
 * atomically. The whole archive is checked before anything is written: links, devices, paths outside the folder, and more
 * bytes or files than the limits are refused. Throws {@link UserError}: {@link BadArchiveError} unless the disk is at fault.
 */
export async function unpack(archive: string, folder: string, limits: UnpackLimits): Promise<number> {
  const files = await checkEntries(archive, limits);
  const temporary = `${archive}.unpacking`;
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    await extract({
      file: archive,
      cwd: temporary,
      strip: 1,
      strict: true,
      preserveOwner: false,
      filter: isOwn,
    });
    await mkdir(dirname(folder), { recursive: true });
    // Whoever called may have looked long ago, before the download.
    await assertEmptyFolder(folder, 'the set');
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (isFileError(error)) throw stopped(archive, folder, error);
    throw damaged(archive, messageOf(error));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return files;
}

/** Number of files. */
async function checkEntries(archive: string, limits: UnpackLimits): Promise<number> {
  let [files, bytes] = [0, 0];
  let problem: string | undefined;
  const onReadEntry = (entry: ReadEntry) => {
    files += entry.type === 'File' ? 1 : 0;
    bytes += entry.size ?? 0;
    problem ??= wrongWith(entry) ?? beyond({ files, bytes }, limits);
  };
  await list({ file: archive, strict: true, onReadEntry }).catch(error => {
    throw damaged(archive, messageOf(error));
  });
  if (problem)
    throw new BadArchiveError(`Cannot unpack "${archive}": ${problem}; it is not the published archive`);
  if (files === 0) throw new BadArchiveError(`Cannot unpack "${archive}": it holds no files`);
  return files;
}

function wrongWith({ path, type }: ReadEntry): string | undefined {
  if (!['File', 'OldFile', 'Directory'].includes(type))
    return `"${path}" is neither file nor folder but a ${type}`;
  const steps = path.split(/[/\\]/);
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || steps.includes('..'))
    return `"${path}" is outside of it`;
  if (path.includes('\0')) return 'a name holds a null character';
  return undefined;
}

function beyond({ files, bytes }: UnpackLimits, limits: UnpackLimits): string | undefined {
  if (files > limits.files) return `it holds more than ${limits.files} files`;
  return bytes > limits.bytes ? `it would unpack to more than ${limits.bytes} bytes` : undefined;
}

/** Skips the resource forks (`._*`) that macOS adds. */
function isOwn(path: string): boolean {
  return !path.split('/').some(step => step.startsWith('._'));
}

function damaged(archive: string, reason: string): BadArchiveError {
  return new BadArchiveError(
    `Cannot unpack "${archive}": ${reason}; run the command again to download it once more`,
  );
}

function stopped(archive: string, folder: string, error: unknown): UserError {
  return new UserError(
    `Cannot unpack into "${folder}": ${explainFileError(error)}; once that is solved, run the command again: the download is kept in "${archive}"`,
  );
}

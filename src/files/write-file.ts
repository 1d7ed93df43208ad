import { dirname } from 'node:path';
import writeAtomically from 'write-file-atomic';
import { UserError } from '../core/errors.ts';
import { explainFileError } from './file-error.ts';
import { makeFolder } from './make-folder.ts';

/**
 * Writes a file atomically (a temporary file in the same folder, then a rename) and creates missing folders. Throws
 * {@link UserError} if the disk refuses.
 */
export async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  try {
    await writeAtomically(path, typeof content === 'string' ? content : asBuffer(content));
  } catch (error) {
    throw new UserError(`Cannot write "${path}": ${explainFileError(error)}`);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

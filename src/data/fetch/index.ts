import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { assertEmptyFolder, exists, makeFolder } from '../../files/folder.ts';
import { BadArchiveError } from './bad-archive.ts';
import { verifyChecksum } from './checksum.ts';
import { download } from './download.ts';
import type { PublishedSetName } from './sets.ts';
import { type UnpackLimits, unpack } from './unpack.ts';

export { type PublishedSet, type PublishedSetName, publishedAt, publishedSets } from './sets.ts';

export interface FetchOptions {
  /** Base address of the archives: `<base>/<name>.tar.gz`. */
  readonly base: string;
  /** File with the recorded checksums; by default in the user's state folder. */
  readonly records?: string;
  readonly limits?: UnpackLimits;
  /** See {@link download}. */
  readonly patience?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface FetchResult {
  readonly files: number;
  /** Whether this was the first download of the archive, or it had the recorded checksum. */
  readonly checked: 'first' | 'same';
}

/** The largest published set unpacks to about 9 GB in 140,000 files. */
const defaultLimits: UnpackLimits = { bytes: 30e9, files: 1e6 };

/**
 * Downloads a published set to a hidden file beside `out`, checks it and unpacks it into `out`, a new or empty folder. An
 * interrupted download is resumed by the next call, and one that the disk had no room to unpack is used by it. Throws
 * {@link UserError}.
 */
export async function fetchSet(
  name: PublishedSetName,
  out: string,
  options: FetchOptions,
): Promise<FetchResult> {
  const folder = resolve(out);
  await assertEmptyFolder(folder, `the set "${name}"`);
  const address = `${options.base.replace(/\/+$/, '')}/${name}.tar.gz`;
  const { limits = defaultLimits, records = defaultRecords() } = options;
  await makeFolder(dirname(folder));
  const archive = join(dirname(folder), `.${name}.fetching`);
  if (!(await exists(archive))) await download(address, archive, { most: limits.bytes, ...options });
  try {
    const { checked, record } = await verifyChecksum(records, address, archive);
    const files = await unpack(archive, folder, limits);
    await rm(archive);
    await record();
    return { files, checked };
  } catch (error) {
    if (error instanceof BadArchiveError) await rm(archive);
    throw error;
  }
}

/** According to the XDG Base Directory Specification. */
function defaultRecords(): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local/state');
  return join(state, 'pix2pix', 'checksums.json');
}

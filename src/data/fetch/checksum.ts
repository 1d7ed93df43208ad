import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UserError } from '../../core/errors.ts';
import { writeFile } from '../../files/write.ts';
import { BadArchiveError } from './bad-archive.ts';

const recordsSchema = z.record(
  z.string(),
  z.object({ sha256: z.string(), bytes: z.int(), first: z.string() }),
);

/** SHA-256 of a file, in hex. */
export async function checksumOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/**
 * Compares an archive with the checksum recorded at the first download from its address. No checksums are published for
 * these archives, so the first download is trusted, and later ones must be equal to it. If there is no record yet, the
 * caller writes one with `record` once the archive has been unpacked. Throws {@link BadArchiveError} if they differ.
 */
export async function verifyChecksum(
  records: string,
  address: string,
  archive: string,
): Promise<{ readonly checked: 'first' | 'same'; readonly record: () => Promise<void> }> {
  const known = await readRecords(records);
  const { sha256, bytes } = await checksumOf(archive);
  const before = known[address];
  if (!before) {
    const entry = { sha256, bytes, first: new Date().toISOString() };
    const record = () => writeFile(records, `${JSON.stringify({ ...known, [address]: entry }, null, 2)}\n`);
    return { checked: 'first', record };
  }
  if (before.sha256 === sha256) return { checked: 'same', record: async () => {} };
  throw new BadArchiveError(
    `Cannot trust "${address}": its SHA-256 is ${sha256.slice(0, 12)}… (${bytes} bytes), and was ` +
      `${before.sha256.slice(0, 12)}… (${before.bytes} bytes) on ${before.first.slice(0, 10)}; ` +
      `if a new version was published, remove its entry from "${records}"`,
  );
}

async function readRecords(path: string) {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    return recordsSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`Cannot read the checksums in "${path}": the file is damaged; restore or remove it`);
  }
}

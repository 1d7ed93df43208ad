import { messageOf, UserError } from '../core/errors.ts';
import { isIntact, readZipDirectory, storedBytes, type ZipEntry } from '../formats/zip-directory.ts';
import { quoted, type Refuse } from './refuse.ts';

const mostEntries = 20_000;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The entries of a zip file that `wanted` selects, by path, with verified checksums. PyTorch and Keras store entries
 * without compression, and only those are supported. Together they can't be longer than the file, so memory is limited.
 */
export function readZip(
  bytes: Uint8Array,
  wanted: (path: string) => boolean,
  refuse: Refuse,
): Map<string, Uint8Array> {
  try {
    return readStored(bytes, wanted, refuse);
  } catch (error) {
    if (error instanceof UserError) throw error;
    return refuse(`it is a damaged or truncated zip file (${messageOf(error)})`);
  }
}

function readStored(
  bytes: Uint8Array,
  wanted: (path: string) => boolean,
  refuse: Refuse,
): Map<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  let [count, total] = [0, 0];
  for (const entry of readZipDirectory(bytes)) {
    const { name } = entry;
    if (++count > mostEntries) refuse(`its zip directory lists more than ${mostEntries} entries`);
    if (isOutside(name)) refuse(`its zip entry ${quoted(name)} is outside the archive`);
    if (!wanted(name)) continue;
    if (entries.has(name)) refuse(`its zip entry ${quoted(name)} occurs twice`);
    total += entry.storedSize;
    if (total > bytes.length) refuse('its zip entries overlap, or it is truncated');
    entries.set(name, readEntry(bytes, entry, refuse));
  }
  return entries;
}

function readEntry(bytes: Uint8Array, entry: ZipEntry, refuse: Refuse): Uint8Array {
  const { name, method, size, storedSize } = entry;
  if (method !== 0 || storedSize !== size) {
    refuse(`its zip entry ${quoted(name)} is compressed; save the model again with torch.save or Keras`);
  }
  const content = storedBytes(bytes, entry);
  if (content.length !== size) refuse(`it is truncated inside its zip entry ${quoted(name)}`);
  if (!isIntact(content, entry)) {
    refuse(`its zip entry ${quoted(name)} is damaged: its checksum differs; copy or save the file again`);
  }
  return content;
}

function isOutside(path: string): boolean {
  return /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)/i.test(path);
}

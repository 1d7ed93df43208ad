import { unzipSync } from 'fflate';
import { messageOf, UserError } from '../core/errors.ts';
import { quoted, type Refuse } from './refuse.ts';

const mostEntries = 20_000;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The entries of a zip file that `wanted` picks, by path. PyTorch and Keras store theirs without compression, and
 * only such are read; all of them together can't be longer than the file, so nothing swells in memory.
 */
export function readZip(
  bytes: Uint8Array,
  wanted: (path: string) => boolean,
  refuse: Refuse,
): Map<string, Uint8Array> {
  const sizes = new Map<string, number>();
  let [count, total] = [0, 0];
  const filter = (entry: { name: string; size: number; originalSize: number; compression: number }) => {
    const { name, size, originalSize, compression } = entry;
    if (++count > mostEntries) refuse(`its zip directory lists more than ${mostEntries} entries`);
    if (isOutside(name)) refuse(`its zip entry ${quoted(name)} leads out of the archive`);
    if (!wanted(name)) return false;
    if (sizes.has(name)) refuse(`its zip entry ${quoted(name)} is there twice`);
    if (compression !== 0 || size !== originalSize) {
      refuse(`its zip entry ${quoted(name)} is compressed; save the model again with torch.save or Keras`);
    }
    total += size;
    if (total > bytes.length) refuse('its zip entries overlap');
    sizes.set(name, size);
    return true;
  };
  const entries = new Map(Object.entries(unzip(bytes, filter, refuse)));
  for (const [name, size] of sizes) {
    if (entries.get(name)?.length !== size) refuse(`it is truncated inside its zip entry ${quoted(name)}`);
  }
  return entries;
}

type Filter = NonNullable<NonNullable<Parameters<typeof unzipSync>[1]>['filter']>;

function unzip(bytes: Uint8Array, filter: Filter, refuse: Refuse): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof UserError) throw error;
    return refuse(`it is a damaged or truncated zip file (${messageOf(error)})`);
  }
}

function isOutside(path: string): boolean {
  return /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)/i.test(path);
}

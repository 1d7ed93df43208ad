import { type Dirent, realpathSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isBelow } from '../files/folder.ts';

/** The two folders that a server may access, with links resolved. */
export interface Workspace {
  /** The folder of all runs. */
  readonly runs: string;
  /** The folder of data sets, also for uploads. */
  readonly data: string;
}

export function openWorkspace(runs: string, data: string): Workspace {
  return { runs: realpathSync(runs), data: realpathSync(data) };
}

const separator = '~';

/** A path below `root` as one word: `demo/model` → `demo~model`. */
export function idOf(root: string, path: string): string {
  return relative(root, path).split(sep).join(separator);
}

/** Whether a name is that of a single visible file or folder, without special meaning for the system. */
export function isPlainName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return name !== '' && name.length <= 255 && !name.startsWith('.') && !/[/\\\0-\x1f]/.test(name);
}

/** The path that an id names, with links resolved; undefined if there is none below `root`. */
export async function locate(root: string, id: string): Promise<string | undefined> {
  const names = id.split(separator);
  return names.every(isPlainName) ? confined(root, join(root, ...names)) : undefined;
}

/** `path` with its links resolved, if it exists and is then still below `root`. */
export async function confined(root: string, path: string): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined);
  return real !== undefined && isBelow(root, real) ? real : undefined;
}

const foldersVisited = 2000;
const passedOver = new Set(['node_modules', 'weights', 'samples', 'checkpoints']);

/**
 * Walks the folders below `root`, at most `depth` deep, nearest first, and keeps those that `found` accepts; inside
 * of them it looks no further. Hidden folders and links are passed over.
 */
export async function findFolders(
  root: string,
  depth: number,
  found: (folder: string) => Promise<boolean>,
): Promise<string[]> {
  const matches: string[] = [];
  let level = [root];
  let visited = 0;
  for (let deep = 1; deep <= depth && level.length > 0; deep++) {
    const next: string[] = [];
    for (const parent of level) {
      for (const entry of await entriesOf(parent)) {
        const { name } = entry;
        if (!entry.isDirectory() || !isListed(name)) continue;
        if (++visited > foldersVisited) return matches;
        const folder = join(parent, name);
        (await found(folder)) ? matches.push(folder) : next.push(folder);
      }
    }
    level = next;
  }
  return matches;
}

/** Whether {@link findFolders} looks at folders of this name. */
export function isListed(name: string): boolean {
  return isPlainName(name) && !name.includes(separator) && !passedOver.has(name);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

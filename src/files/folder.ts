import { readdir, stat } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';

const imageExtensions = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.bmp']);

/** An image file; `name` has neither folder nor extension. */
export interface ImageFile {
  readonly name: string;
  readonly path: string;
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  );
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The names in a folder without hidden ones, in code-unit order; empty if there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => !name.startsWith('.')).sort();
}

export function hasImageExtension(name: string): boolean {
  return imageExtensions.has(extname(name).toLowerCase());
}

/** The images directly in a folder, recognised by extension, in code-unit order of their file names. */
export async function imagesIn(folder: string): Promise<ImageFile[]> {
  const names = (await namesIn(folder)).filter(hasImageExtension);
  return names.map(name => ({ name: parse(name).name, path: join(folder, name) }));
}

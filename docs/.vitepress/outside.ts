import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isOutside } from './paths.ts';

const root = resolve(import.meta.dirname, '../..');

/** Copies the pages that are outside docs/ to docs/project, as VitePress can't take them from where they are. */
export async function copyOutsidePages(): Promise<void> {
  const recipes = (await readdir(`${root}/recipes`)).map(name => `recipes/${name}`);
  const pages = [...(await readdir(root)), ...recipes].filter(isOutside);
  await rm(`${root}/docs/project`, { recursive: true, force: true });
  for (const page of pages) {
    const copy = `${root}/docs/project/${page}`;
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(`${root}/${page}`, copy);
  }
}

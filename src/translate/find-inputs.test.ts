import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findInputs } from './find-inputs.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inputs-'));
  for (const name of ['deep/er', 'deep/out', 'empty/.hidden'])
    await mkdir(join(folder, name), { recursive: true });
  const files = ['a.png', 'b.JPG', 'c.txt', 'deep/d.bmp', 'deep/er/e.tif', 'deep/out/d.png'];
  for (const name of [...files, 'empty/.hidden/f.png']) await writeFile(join(folder, name), '');
  await symlink(folder, join(folder, 'deep/er/again'));
});
afterAll(() => rm(folder, { recursive: true }));

const found = async (input: string, out = 'none') => {
  const inputs = await findInputs(join(folder, input), join(folder, out));
  return inputs.map(({ path, below }) => [path.slice(folder.length + 1), below]);
};

it('finds the pictures of a folder and of those within it, once each, except the results', async () => {
  expect(await found('.', 'deep/out')).toEqual([
    ['a.png', ''],
    ['b.JPG', ''],
    ['deep/d.bmp', 'deep'],
    ['deep/er/e.tif', 'deep/er'],
  ]);
  expect(await found('deep')).toContainEqual(['deep/out/d.png', 'out']);
});

it('takes files and patterns as they are', async () => {
  expect(await found('a.png')).toEqual([['a.png', '']]);
  expect(await found('deep/*.bmp')).toEqual([['deep/d.bmp', '']]);
});

it('says where there is nothing', async () => {
  await expect(found('empty')).rejects.toThrow('it and its subfolders hold no JPEG');
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expandInput } from './find-inputs.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inputs-'));
  await mkdir(join(folder, 'deep/er'), { recursive: true });
  const files = ['a.png', 'b.jpg', 'c.txt', 'a[1].png', 'deep/d.png', 'deep/er/e.png'];
  for (const name of files) await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['a.png', ['a.png']],
  ['missing.png', ['missing.png']],
  ['*.png', ['a.png', 'a[1].png']],
  ['?.png', ['a.png']],
  ['a[1].*', ['a[1].png']],
  ['*.{png,jpg}', ['a.png', 'a[1].png', 'b.jpg']],
  ['deep/*', ['deep/d.png']],
  ['*/*.png', ['deep/d.png']],
  ['deep/**/*.png', ['deep/d.png', 'deep/er/e.png']],
])('takes %s for %j', async (input, names) => {
  const found = await expandInput(`${folder}/${input}`);
  expect(found.map(path => relative(folder, path)).sort()).toEqual(names);
});

it('says where there is nothing', async () => {
  await expect(expandInput(`${folder}/*.tif`)).rejects.toThrow(
    /^Cannot translate ".*\*.tif": no file matches it; pass a folder, or a pattern such as "photos\/\*.jpg"$/,
  );
});

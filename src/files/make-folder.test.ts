import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from './folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'make-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('makes a folder with those above it, also twice and at once', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolder(deep), makeFolder(deep)]);
  await makeFolder(deep);
  expect((await stat(deep)).isDirectory()).toBe(true);
});

it('says in one line why it can’t', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toThrow(/^Cannot make folder ".*file": a file is in the way/);
  await expect(makeFolder(join(file, 'x'))).rejects.toThrow('a file is in the way');
});

it.runIf(process.platform === 'linux')('returns if the system allows no folders there', async () => {
  await expect(makeFolder('/proc/none/run')).rejects.toThrow(/^Cannot make folder "\/proc\/none\/run": /);
});

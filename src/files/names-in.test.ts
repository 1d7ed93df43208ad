import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/data-fixtures.ts';
import { missingFolder, namesIn } from './folder.ts';

it('lists a folder without hidden names; what is no folder has none', async () => {
  const folder = await temporaryFolder();
  for (const name of ['b', 'a', '.hidden']) await writeFile(join(folder, name), '');
  expect(await namesIn(folder)).toEqual(['a', 'b']);
  expect(await namesIn(join(folder, 'none'))).toEqual([]);
  expect(await namesIn(join(folder, 'a'))).toEqual([]);
});

it('says in one line why it can’t list a folder, unless that is for a suggestion', async () => {
  // Permissions don't bind root, a link to itself does.
  const folder = join(await temporaryFolder(), 'loop');
  await symlink(folder, folder);
  await expect(namesIn(folder)).rejects.toThrow(
    /^Cannot list folder ".*loop": ELOOP: .*; make it readable, or name another$/,
  );
  expect((await missingFolder(join(folder, 'data'))).message).toContain('it does not exist');
});

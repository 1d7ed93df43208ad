import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/data-fixtures.ts';
import { matchEmoji } from './emoji.ts';

it('drawings and pictures are matched by code point, without copies in skin tones', async () => {
  const [drawings, pictures] = [await temporaryFolder(), await temporaryFolder()];
  const icons = {
    heart: { body: '<a/>' },
    hand: { body: '<b/>' },
    'hand-dark': { body: '<c/>' },
    key: { body: '<d/>' },
  };
  const chars = {
    '2764': 'heart',
    '1f44b': 'hand',
    '1f44b-1f3ff': 'hand-dark',
    '1f511': 'key',
    '1f4a7': 'drop',
  };
  await writeFile(join(drawings, 'icons.json'), JSON.stringify({ icons }));
  await writeFile(join(drawings, 'chars.json'), JSON.stringify(chars));
  await mkdir(join(pictures, 'assets'));
  for (const code of ['2764-fe0f', '1f44b', '1f44b-1f3ff', '1f4a7'])
    await writeFile(join(pictures, 'assets', `${code}.webp`), '');
  expect(await matchEmoji(drawings, pictures)).toEqual([
    { code: '1f44b', drawing: '<b/>', picture: join(pictures, 'assets/1f44b.webp') },
    { code: '2764', drawing: '<a/>', picture: join(pictures, 'assets/2764-fe0f.webp') },
  ]);
});

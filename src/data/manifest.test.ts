import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBytes, savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { surveyDataSet } from './inspection/survey.ts';
import { findPairs, openPairs } from './pairing.ts';

async function folderWith(name: string, content: string): Promise<string> {
  const folder = await temporaryFolder();
  for (const [i, path] of ['in/a.png', 'in/b.png', 'out/a.png', 'out/b.png'].entries()) {
    await savePicture(join(folder, path), testPicture(8, 6, i));
  }
  await saveBytes(join(folder, name), content);
  return folder;
}

const table = 'condition,target,split\nin/a.png,out/a.png,\n"in/b.png" , out/b.png,val\n';

describe('a list of pairs', () => {
  it('as CSV is found in its folder, by its own path, and with its splits', async () => {
    const folder = await folderWith('pairs.csv', table);
    for (const path of [folder, join(folder, 'pairs.csv')]) {
      const { pairs, layout, description } = await openPairs(path, { split: 'train' });
      expect(pairs).toEqual([{ name: 'a', a: join(folder, 'in/a.png'), b: join(folder, 'out/a.png') }]);
      expect(layout).toBe('manifest');
      expect(description).toBe(
        `1 train pair listed in "${join(folder, 'pairs.csv')}", A from column condition and B from column target`,
      );
      // What serves as the test split for want of one is val.
      expect((await findPairs(path, { split: 'test' }))!.pairs[0]!.name).toBe('b');
    }
  });

  it('can be JSON instead', async () => {
    const list = [
      { condition: 'in/a.png', target: 'out/a.png' },
      { condition: 'in/b.png', target: 'out/b.png', split: 'test' },
    ];
    const folder = await folderWith('manifest.json', JSON.stringify(list));
    expect((await openPairs(folder, { split: 'train' })).pairs.map(({ name }) => name)).toEqual(['a']);
    expect((await openPairs(folder, { split: 'test' })).pairs.map(({ name }) => name)).toEqual(['b']);
  });

  it('names pairs after their conditions, and their folders where names are equal', async () => {
    const rows = ['in/a.png,out/a.png', 'in/b.png,out/b.png', 'out/b.png,in/b.png', 'in/b.png,out/a.png'];
    const folder = await folderWith('pairs.csv', `condition,target\n${rows.join('\n')}\n`);
    const { pairs } = await openPairs(folder, { split: 'train' });
    expect(pairs.map(({ name }) => name)).toEqual(['a', 'in-b', 'out-b', 'in-b-2']);
  });

  it('is reported by inspect, split by split', async () => {
    const folder = await folderWith('pairs.csv', table);
    const findings = await surveyDataSet(folder);
    expect(findings.map(({ split, layout, pairs }) => [split, layout.kind, pairs.length])).toEqual([
      ['train', 'manifest', 1],
      ['test', 'manifest', 1],
    ]);
  });

  it.each([
    [
      'condition,target\nin/a.png,out/a.png\n\nin/c.png,out/b.png\n',
      'Cannot use line 4 of "PATH": there is no file "in/c.png"',
    ],
    [
      'condition,target,split\nin/a.png,out/a.png,tset\n',
      'Cannot use line 2 of "PATH": split is "tset", expected one of train, val, test',
    ],
    ['condition,target\nin/a.png,\n', 'Cannot use line 2 of "PATH": "target" is empty or not text'],
    [
      'input,target\nin/a.png,out/a.png\n',
      'Cannot use line 2 of "PATH": it has no "condition"; expected the columns condition, target and, optionally, split',
    ],
    [
      'condition,target\nin/a.png,out/a.png,more\n',
      'Cannot read "PATH": Invalid Record Length: columns length is 2, got 3 on line 2',
    ],
    ['condition,target\n"in/a.png,out/a.png\n', 'Cannot read "PATH": Quote Not Closed'],
    ['condition,target\n', 'it lists none of them; add pairs whose split is "train"'],
  ])('%j is refused with its place', async (content, message) => {
    const folder = await folderWith('pairs.csv', content);
    const error = await openPairs(folder, { split: 'train' }).catch(error => error);
    expect(error.name).toBe('UserError');
    expect(error.message.replace(join(folder, 'pairs.csv'), 'PATH')).toContain(message);
  });

  it.each([
    ['{', 'Cannot read "PATH": '],
    ['{}', 'Cannot read "PATH": expected a list of objects with "condition" and "target"'],
    [
      '[{"condition": 3, "target": "out/a.png"}]',
      'Cannot use entry 1 of "PATH": "condition" is empty or not text',
    ],
    ['[7]', 'Cannot use entry 1 of "PATH": it has no "condition"'],
  ])('%j is refused as JSON', async (content, message) => {
    const folder = await folderWith('pairs.json', content);
    const error = await openPairs(folder, { split: 'train' }).catch(error => error);
    expect(error.name).toBe('UserError');
    expect(error.message.replace(join(folder, 'pairs.json'), 'PATH')).toContain(message);
  });
});

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBytes, temporaryFolder } from '../../test/data-fixtures.ts';
import { UserError } from '../core/errors.ts';
import { findPairs, openPairs, type PairSet } from './pairing.ts';

// Pairing looks at names alone, so that empty files will do.
async function folderWith(...files: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of files) await saveBytes(join(folder, file), '');
  return folder;
}

function filesOf(set: PairSet): (string | [string, string])[] {
  const relative = (path: string) => path.slice(set.folder.length + 1);
  return set.pairs.map(pair =>
    'file' in pair ? relative(pair.file) : ([relative(pair.a), relative(pair.b)] as [string, string]),
  );
}

async function failure(folder: string, split: 'train' | 'test' = 'train'): Promise<string> {
  const error = await openPairs(folder, { split }).catch(error => error);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

describe('openPairs', () => {
  it('finds side-by-side pairs of both splits, sorted by code unit, other files ignored', async () => {
    const folder = await folderWith(
      ...['train/2.jpg', 'train/10.png', 'train/1.JPEG', 'train/B.webp', 'train/a.tif'],
      ...['train/notes.txt', 'train/.hidden.jpg', 'test/7.avif'],
    );
    const train = await openPairs(folder, { split: 'train' });
    expect(train.layout).toBe('side-by-side');
    expect(filesOf(train)).toEqual(
      ['1.JPEG', '10.png', '2.jpg', 'B.webp', 'a.tif'].map(name => `train/${name}`),
    );
    expect(train.pairs.map(pair => pair.name)).toEqual(['1', '10', '2', 'B', 'a']);
    expect(train.description).toBe(
      `5 side-by-side pairs in "${join(folder, 'train')}", left half A, right half B`,
    );
    expect(filesOf(await openPairs(folder, { split: 'test' }))).toEqual(['test/7.avif']);
  });

  it('takes images directly in the folder as its train split', async () => {
    const folder = await folderWith('1.jpg', '2.jpg');
    expect(filesOf(await openPairs(folder, { split: 'train' }))).toEqual(['1.jpg', '2.jpg']);
    expect(await findPairs(folder, { split: 'test' })).toBeUndefined();
  });

  it('pairs by whole names before names without _a and _b', async () => {
    const folder = await folderWith(
      'A/1_a.jpg',
      'A/1_b.jpg',
      'A/2_A.jpg',
      'B/1_a.jpg',
      'B/1_b.jpg',
      'B/2_B.jpg',
    );
    const { pairs } = await openPairs(folder, { split: 'train' });
    expect(pairs.map(pair => 'a' in pair && [basename(pair.a), basename(pair.b)])).toEqual([
      ['1_a.jpg', '1_a.jpg'],
      ['1_b.jpg', '1_b.jpg'],
      ['2_A.jpg', '2_B.jpg'],
    ]);
  });

  it('has no train split if A and B hold only other splits', async () => {
    const folder = await folderWith('A/test/1.jpg', 'B/test/1.png');
    expect(await findPairs(folder, { split: 'train' })).toBeUndefined();
  });

  it('takes val as test if there is no test', async () => {
    const folder = await folderWith('train/1.jpg', 'val/2.jpg');
    expect(filesOf(await openPairs(folder, { split: 'test' }))).toEqual(['val/2.jpg']);
  });

  it.each([
    ['trainA', 'trainB'],
    ['train_picture', 'train_label'],
    ['A/train', 'B/train'],
    ['train/A', 'train/B'],
    ['A', 'B'],
  ])('pairs %s with %s by order', async (a, b) => {
    const folder = await folderWith(`${a}/2_A.jpg`, `${a}/1_A.jpg`, `${b}/1_B.png`, `${b}/2_B.png`);
    const set = await openPairs(folder, { split: 'train' });
    expect(set.layout).toBe('two-folders');
    expect(filesOf(set)).toEqual([
      [`${a}/1_A.jpg`, `${b}/1_B.png`],
      [`${a}/2_A.jpg`, `${b}/2_B.png`],
    ]);
    expect(set.description).toBe(`2 pairs in "${folder}", A from "${a}" and B from "${b}", paired by name`);
  });

  it.each([
    ['testA', 'testB'],
    ['test_picture', 'test_label'],
    ['A/test', 'B/test'],
  ])('pairs %s with %s for the test split', async (a, b) => {
    const folder = await folderWith(`${a}/x.jpg`, `${b}/y.png`);
    expect(filesOf(await openPairs(folder, { split: 'test' }))).toEqual([[`${a}/x.jpg`, `${b}/y.png`]]);
  });

  it('finds the published facades, 400 and 106', async ({ skip }) => {
    const facades = '../shared/data/facades';
    skip(!existsSync(facades), `${facades} is not there`);
    expect((await openPairs(facades, { split: 'train' })).pairs).toHaveLength(400);
    expect((await openPairs(facades, { split: 'test' })).pairs).toHaveLength(106);
  });
});

describe('openPairs on bad input', () => {
  it('suggests a folder of a similar name', async () => {
    const parent = await folderWith('facades/train/1.jpg');
    expect(await failure(join(parent, 'facade'))).toBe(
      `Cannot open the data folder "${join(parent, 'facade')}": it does not exist; ` +
        `did you mean "${join(parent, 'facades')}"?`,
    );
  });

  it('says how to get data if no folder has a similar name', async () => {
    const folder = join(await temporaryFolder(), 'elsewhere', 'facades');
    expect(await failure(folder)).toBe(
      `Cannot open the data folder "${folder}": it does not exist; pass a folder of image pairs, ` +
        'or make one with "pix2pix prepare synth facades --out facades"',
    );
  });

  it('asks for a folder instead of a file', async () => {
    const file = join(await folderWith('1.jpg'), '1.jpg');
    expect(await failure(file)).toBe(
      `Cannot open "${file}": it is a file; pass the folder that holds the pairs`,
    );
  });

  it('says what it searched for if there are no images', async () => {
    const folder = await folderWith('readme.txt', 'photos/1.jpg');
    expect(await failure(folder)).toBe(
      `Cannot find train pairs in "${folder}": looked for side-by-side images in "train" or the folder itself ` +
        'and for "trainA" + "trainB", "train_picture" + "train_label", "A/train" + "B/train", ' +
        '"train/A" + "train/B", "A" + "B", pairs.csv, images named *_A and *_B, or tar shards; it holds "photos", "readme.txt"; ' +
        'arrange the images in one of these layouts, as in docs/data-sets.md',
    );
    expect(await failure(await temporaryFolder())).toMatch(/; it holds nothing; arrange/);
  });

  it('says that the test split is missing', async () => {
    const message = await failure(await folderWith('train/1.jpg'), 'test');
    expect(message).toMatch(
      /^Cannot find test pairs in ".*": it has only training pairs; divide them with "pix2pix prepare split /,
    );
  });

  it('says that a side is missing', async () => {
    expect(await failure(await folderWith('trainA/1.jpg'))).toMatch(/: "trainA" has no "trainB" beside it$/);
  });

  it('refuses unequal counts, with the names that have no partner', async () => {
    const folder = await folderWith('trainA/1_A.jpg', 'trainA/2_A.jpg', 'trainA/3_A.jpg', 'trainB/2_B.jpg');
    expect(await failure(folder)).toBe(
      `Cannot pair "trainA" (3 images) with "trainB" (1 image) in "${folder}": ` +
        'each image needs a partner; without one: "1_A", "3_A"; add the missing images, ' +
        `or make a copy without the unpaired ones with "pix2pix inspect ${folder} --fix NEW"`,
    );
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => `A/${name}.png`);
    expect(await failure(await folderWith(...names, 'B/f.png'))).toMatch(/: "a", "b", "c" and 2 more; add/);
  });

  it('refuses a name that occurs twice on a side, where others match', async () => {
    const folder = await folderWith(
      'A/cat.jpg',
      'A/cat.png',
      'A/dog.jpg',
      'B/cat.jpg',
      'B/dog.jpg',
      'B/owl.jpg',
    );
    expect(await failure(folder)).toBe(
      `Cannot pair the images by name: "${join(folder, 'A/cat.jpg')}" and "${join(folder, 'A/cat.png')}" on side A ` +
        'have the same name; rename or remove one',
    );
  });

  it('lists no names if no name occurs on both sides', async () => {
    const folder = await folderWith('A/photo1.jpg', 'A/photo2.jpg', 'B/label1.jpg');
    expect(await failure(folder)).toMatch(
      /: each image needs a partner; add the missing images, or make a copy/,
    );
  });

  it('refuses two empty folders', async () => {
    const folder = await temporaryFolder();
    for (const side of ['trainA', 'trainB']) await mkdir(join(folder, side));
    expect(await failure(folder)).toBe(
      `Cannot pair "trainA" with "trainB" in "${folder}": neither holds images; put the images of each side into its folder`,
    );
  });
});

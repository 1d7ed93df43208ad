import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBytes, savePicture, temporaryFolder } from '../../../test/data-fixtures.ts';
import { facade, grayOf, problemsIn, soundData } from '../../../test/reference/inspected-pictures.ts';
import { createImage, cropImage } from '../../core/image.ts';
import { openPairs } from '../pairing.ts';
import { findProblems } from './find-problems.ts';
import type { ProblemKind } from './problem.ts';
import { surveyDataSet } from './survey.ts';
import { writeFixed } from './write-fixed.ts';

describe('findProblems', () => {
  it('finds no problems in synthetic facades', async () => {
    expect(await problemsIn(await soundData())).toEqual([]);
  });

  type Damage = (folder: string) => Promise<unknown>;
  const exchange: Damage = async folder => {
    const [a, b, aside] = ['trainA/3.png', 'trainB/3.png', 'x'].map(name => join(folder, name));
    await copyFile(a!, aside!);
    await copyFile(b!, a!);
    await copyFile(aside!, b!);
    await rm(aside!);
  };
  const cases: [ProblemKind, Damage, string[], RegExp][] = [
    ['unpaired', folder => rm(join(folder, 'trainB/3.png')), ['trainA/3.png'], /^no file of that name/],
    [
      'unreadable',
      folder => saveBytes(join(folder, 'trainB/3.png'), 'x'),
      ['trainB/3.png'],
      /^it is not an image/,
    ],
    [
      'size mismatch',
      folder => savePicture(join(folder, 'trainB/3.png'), facade(3, 32).label),
      ['trainA/3.png', 'trainB/3.png'],
      /^A is 64×64, B is 32×32$/,
    ],
    [
      'blank',
      folder => savePicture(join(folder, 'trainA/3.png'), createImage(64, 64)),
      ['trainA/3.png', 'trainB/3.png'],
      /^A is blank$/,
    ],
    ['swapped', exchange, ['trainA/3.png', 'trainB/3.png'], /^A is a label map, B is a photo$/],
    [
      'duplicates',
      async folder => {
        await copyFile(join(folder, 'trainA/3.png'), join(folder, 'trainA/3b.png'));
        await copyFile(join(folder, 'trainB/3.png'), join(folder, 'trainB/3b.png'));
      },
      ['trainA/3.png', 'trainA/3b.png'],
      /^A looks the same$/,
    ],
    [
      'leak',
      folder => copyFile(join(folder, 'trainA/3.png'), join(folder, 'testA/10.png')),
      ['trainA/3.png', 'testA/10.png'],
      /^A looks the same$/,
    ],
  ];

  it.each(cases)(
    'finds a problem of kind %s, and a fixed copy is sound',
    async (kind, damage, files, detail) => {
      const folder = await soundData();
      await damage(folder);
      const problems = await problemsIn(folder);
      expect(problems).toEqual([{ kind, split: 'train', files, detail: expect.stringMatching(detail) }]);
      const findings = await surveyDataSet(folder);
      const fixed = join(await temporaryFolder(), 'fixed');
      await writeFixed(fixed, findings, findProblems(findings));
      expect(await problemsIn(fixed)).toEqual([]);
      expect((await openPairs(fixed, { split: 'test' })).pairs).toHaveLength(2);
    },
  );

  it('finds side-by-side pictures that are not twice as wide as high', async () => {
    const folder = await temporaryFolder();
    await savePicture(join(folder, 'train/1.png'), facade(1).photo);
    expect(await problemsIn(folder)).toEqual([
      expect.objectContaining({ kind: 'misshapen', files: ['train/1.png'] }),
    ]);
  });

  it('finds a single misaligned pair, and a data set that is shifted as a whole', async () => {
    const folder = await temporaryFolder();
    const save = async (i: number, right: number) => {
      const { photo } = facade(i, 160);
      await savePicture(join(folder, `trainA/${i}.png`), cropImage(photo, 10, 10, 128, 128));
      await savePicture(join(folder, `trainB/${i}.png`), grayOf(cropImage(photo, 10 + right, 10, 128, 128)));
    };
    for (let i = 0; i < 6; i++) await save(i, i === 2 ? 5 : 0);
    expect(await problemsIn(folder)).toEqual([
      {
        kind: 'misregistered',
        split: 'train',
        files: ['trainA/2.png', 'trainB/2.png'],
        detail: 'B matches A better when shifted by about 5 pixels to the right',
      },
    ]);
    for (let i = 0; i < 6; i++) await save(i, 4);
    expect(await problemsIn(folder)).toEqual([
      expect.objectContaining({
        kind: 'shifted',
        detail: 'B matches A better when shifted by about 4 pixels to the right, as in 6 of 6 pairs',
      }),
    ]);
  });
});

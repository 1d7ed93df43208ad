import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { saveBytes, savePicture, temporaryFolder } from '../../../test/data-fixtures.ts';
import { createImage, cropImage, type Image } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { areaResize } from '../area-resize.ts';
import { classColors, syntheticFacade } from '../facades/index.ts';
import { openPairs } from '../pairing.ts';
import { asRgb } from '../picture.ts';
import { defaultValues, photoTasks } from '../tasks/index.ts';
import { findProblems } from './find-problems.ts';
import { alikeGroups, fingerprintOf } from './fingerprint.ts';
import { writeMended } from './mend.ts';
import { paletteOf } from './palette.ts';
import type { ProblemKind } from './problem.ts';
import { registrationOf } from './registration.ts';
import { surveyDataSet } from './survey.ts';

const facade = (seed: number, size = 64) => syntheticFacade(Random.fromSeed(seed), size);

function drawingOf(photo: Image): Image {
  const { edges } = photoTasks;
  return asRgb({ image: edges.derive(photo, defaultValues(edges), Random.fromSeed(0)), alpha: false });
}

function grayOf(photo: Image): Image {
  const { colorize } = photoTasks;
  return asRgb({ image: colorize.derive(photo, defaultValues(colorize), Random.fromSeed(0)), alpha: false });
}

async function throughJpeg(image: Image, quality: number): Promise<Image> {
  const { width, height, data } = image;
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { ...image, data: new Uint8Array(await sharp(bytes).raw().toBuffer()) };
}

describe('paletteOf', () => {
  it('tells label maps, drawings and photos apart, also after JPEG', async () => {
    let photos = 0;
    for (let seed = 0; seed < 8; seed++) {
      const { photo, label } = facade(seed, 128);
      expect(paletteOf(label)).toMatchObject({ kind: 'label map', gray: false });
      expect(paletteOf(await throughJpeg(label, 90)).kind).toBe('label map');
      if (paletteOf(photo).kind === 'photo') photos++;
      expect(paletteOf(drawingOf(photo))).toMatchObject({ kind: 'drawing', gray: true });
    }
    expect(photos).toBeGreaterThanOrEqual(6); // invented photos are flat
  });

  it('finds exactly the colours of a label map', () => {
    const { label } = facade(1, 128);
    const used = new Set<string>();
    for (let i = 0; i < label.data.length; i += 3) used.add(label.data.slice(i, i + 3).join());
    const { colors } = paletteOf(label);
    expect(colors.every(color => used.has(color.join()))).toBe(true);
    expect(colors.map(color => color.join())).toContain(classColors.facade.join());
  });
});

describe('registrationOf', () => {
  it('finds aligned pictures aligned', () => {
    const { photo } = facade(2, 128);
    const { correlation, best } = registrationOf(photo, photo);
    expect(correlation).toBeCloseTo(1, 6);
    expect(best).toMatchObject({ right: 0, down: 0 });
  });

  it.each([
    [6, 0],
    [0, -4],
    [-5, 3],
  ])('finds that B has to move by %i and %i', (right, down) => {
    const { photo } = facade(2, 160);
    const a = cropImage(photo, 10 - Math.min(0, right), 10, 128, 128);
    const b = cropImage(photo, 10 - Math.min(0, right) + right, 10 + down, 128, 128);
    expect(registrationOf(a, grayOf(b)).best).toMatchObject({ right, down });
  });
});

describe('alikeGroups', () => {
  it('finds scaled, recompressed, brightened copies, and nothing else', async () => {
    const photos = Array.from({ length: 30 }, (_, seed) => facade(seed).photo);
    const brighter = { ...photos[4]!, data: photos[4]!.data.map(level => Math.min(255, level + 5)) };
    const copies = [areaResize(photos[3]!, 50, 50), await throughJpeg(photos[4]!, 40), brighter];
    const groups = alikeGroups([...photos, ...copies].map(fingerprintOf));
    expect(groups).toEqual([
      [3, 30],
      [4, 31, 32],
    ]);
  });
});

/** Twelve sound pairs in folders, two of them for testing. */
async function soundData(): Promise<string> {
  const folder = await temporaryFolder();
  for (let i = 0; i < 12; i++) {
    const split = i < 10 ? 'train' : 'test';
    const { photo, label } = facade(i);
    await savePicture(join(folder, `${split}A/${i}.png`), photo);
    await savePicture(join(folder, `${split}B/${i}.png`), label);
  }
  return folder;
}

async function problemsIn(folder: string) {
  const problems = findProblems(await surveyDataSet(folder));
  return problems.map(({ kind, split, files, detail }) => ({
    kind,
    split,
    files: files.map(file => file.slice(folder.length + 1)),
    detail,
  }));
}

describe('findProblems', () => {
  it('finds nothing wrong with invented facades', async () => {
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

  it.each(cases)('names what is %s, and a mended copy is sound', async (kind, damage, files, detail) => {
    const folder = await soundData();
    await damage(folder);
    const problems = await problemsIn(folder);
    expect(problems).toEqual([{ kind, split: 'train', files, detail: expect.stringMatching(detail) }]);
    const findings = await surveyDataSet(folder);
    const mended = join(await temporaryFolder(), 'mended');
    await writeMended(mended, findings, findProblems(findings));
    expect(await problemsIn(mended)).toEqual([]);
    expect((await openPairs(mended, { split: 'test' })).pairs).toHaveLength(2);
  });

  it('names side-by-side pictures of another shape', async () => {
    const folder = await temporaryFolder();
    await savePicture(join(folder, 'train/1.png'), facade(1).photo);
    expect(await problemsIn(folder)).toEqual([
      expect.objectContaining({ kind: 'misshapen', files: ['train/1.png'] }),
    ]);
  });

  it('names one pair that is out of place, and a data set that is as a whole', async () => {
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
        detail: 'B fits A better moved by about 5 pixels to the right',
      },
    ]);
    for (let i = 0; i < 6; i++) await save(i, 4);
    expect(await problemsIn(folder)).toEqual([
      expect.objectContaining({
        kind: 'shifted',
        detail: 'B fits A better moved by about 4 pixels to the right, as in 6 of 6 pairs',
      }),
    ]);
  });
});

describe('writeMended', () => {
  it('copies sound pairs byte by byte and refuses a folder that holds something', async () => {
    const folder = await soundData();
    const findings = await surveyDataSet(folder);
    const mended = join(await temporaryFolder(), 'mended');
    expect(await writeMended(mended, findings, [])).toEqual({ copied: 12, changed: 0, leftOut: 0 });
    expect((await readdir(mended)).sort()).toEqual(['testA', 'testB', 'trainA', 'trainB']);
    expect(await readFile(join(mended, 'trainB/7.png'))).toEqual(
      await readFile(join(folder, 'trainB/7.png')),
    );
    await expect(writeMended(mended, findings, [])).rejects.toThrow('Cannot write the mended data set into');
  });
});

test('a survey looks at as many pairs of each split as it may', async () => {
  const findings = await surveyDataSet(await soundData(), { limit: 3 });
  expect(findings.map(({ split, pairs }) => [split, pairs.map(({ files }) => files.name)])).toEqual([
    ['train', ['0', '3', '6']],
    ['test', ['10', '11']],
  ]);
});

import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { saveBytes, savePicture, temporaryFolder } from '../../../test/data-fixtures.ts';
import { createImage, cropImage, type Image, type Samples } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { decodePicture } from '../../images/decoding/decode.ts';
import { writePicture } from '../../images/encoding/encode.ts';
import { asRgb } from '../../images/picture.ts';
import { areaResize } from '../../images/resize.ts';
import { placeSideBySide } from '../../images/side-by-side.ts';
import { classColors, syntheticFacade } from '../../prepare/facades/index.ts';
import { defaultValues, photoTasks } from '../../prepare/tasks/index.ts';
import { filesOf } from '../copy-pair.ts';
import type { Layout } from '../layout.ts';
import { openPairs } from '../pairing.ts';
import { shareClasses } from './common-colors.ts';
import { summarizeSide } from './describe-sides.ts';
import { examinePair } from './examine-pair.ts';
import { findProblems, type SplitFindings } from './find-problems.ts';
import { alikeGroups, fingerprintOf } from './fingerprint.ts';
import { paletteOf, visible } from './palette.ts';
import type { ProblemKind } from './problem.ts';
import { registrationOf } from './registration.ts';
import { surveyDataSet } from './survey.ts';
import { writeFixed } from './write-fixed.ts';

const facade = (seed: number, size = 64) => syntheticFacade(Random.fromSeed(seed), size);

function drawingOf(photo: Image): Image {
  const { edges } = photoTasks;
  return asRgb({ image: edges.derive(photo, defaultValues(edges), Random.fromSeed(0)), alpha: false });
}

function grayOf(photo: Image): Image {
  const { colorize } = photoTasks;
  return asRgb({ image: colorize.derive(photo, defaultValues(colorize), Random.fromSeed(0)), alpha: false });
}

const opaque = (image: Image<Samples>) => ({ image, alpha: false });

async function throughJpeg(image: Image, quality: number): Promise<Image> {
  const { width, height, data } = image;
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { ...image, data: new Uint8Array(await sharp(bytes).raw().toBuffer()) };
}

describe('paletteOf', () => {
  it('distinguishes label maps, drawings and photos, also after JPEG', async () => {
    let photos = 0;
    for (let seed = 0; seed < 8; seed++) {
      const { photo, label } = facade(seed, 128);
      expect(paletteOf(opaque(label))).toMatchObject({ kind: 'label map', gray: false });
      expect(paletteOf(opaque(await throughJpeg(label, 90))).kind).toBe('label map');
      if (paletteOf(opaque(photo)).kind === 'photo') photos++;
      expect(paletteOf(opaque(drawingOf(photo)))).toMatchObject({ kind: 'drawing', gray: true });
    }
    expect(photos).toBeGreaterThanOrEqual(6); // invented photos are flat
  });

  it('finds exactly the colours of a label map', () => {
    const { label } = facade(1, 128);
    const used = new Set<string>();
    for (let i = 0; i < label.data.length; i += 3) used.add(label.data.slice(i, i + 3).join());
    const { colors } = paletteOf(opaque(label));
    expect(colors.every(color => used.has(color.join()))).toBe(true);
    expect(colors.map(color => color.join())).toContain(classColors.facade.join());
  });
});

describe('shareClasses', () => {
  /** Four flat areas on white. */
  function flatDrawing(random: Random): Image {
    const image = createImage(64, 64);
    image.data.fill(255);
    for (let area = 0; area < 4; area++) {
      const color = [0, 1, 2].map(() => random.integer(256));
      for (let y = 0; y < 28; y++) {
        for (let x = 0; x < 28; x++) {
          const at = ((y + 2 + 32 * (area >> 1)) * 64 + x + 2 + 32 * (area & 1)) * 3;
          image.data.set(color, at);
        }
      }
    }
    return image;
  }

  const palettesOf = (images: readonly Image[]) => images.map(image => paletteOf(opaque(image)));
  const seeds = Array.from({ length: 12 }, (_, seed) => seed);

  it('tells label maps, whose colours are classes, from flat drawings in colours of their own', async () => {
    const labels = await Promise.all(seeds.map(seed => throughJpeg(facade(seed, 128).label, 90)));
    expect(shareClasses(palettesOf(labels))).toBe(true);
    const random = Random.fromSeed(1);
    const drawings = palettesOf(seeds.map(() => flatDrawing(random)));
    expect(drawings.every(({ kind }) => kind === 'label map')).toBe(true);
    expect(shareClasses(drawings)).toBe(false);
    expect(shareClasses(drawings.slice(0, 3))).toBe(true); // too few to tell
  });
});

describe('index maps', () => {
  /** Numbers of classes in gray, with regions as a facade has them. */
  function indexMap(seed: number, size = 64, scale = 1): Image {
    const { label } = facade(seed, size);
    const colors = Object.values(classColors).map(color => color.join());
    const data = new Uint8Array(size * size).map((_, i) => {
      const index = colors.indexOf(label.data.slice(3 * i, 3 * i + 3).join());
      return index === 0 ? 255 : scale * index;
    });
    return { width: size, height: size, channels: 1, data };
  }

  it('are recognised by their levels: few, exactly flat, and not up to white', async () => {
    const map = indexMap(3);
    const used = [...new Set(map.data)].sort((a, b) => a - b);
    expect(paletteOf(opaque(map))).toMatchObject({ kind: 'label map', gray: true, indices: used });
    expect(paletteOf(opaque(asRgb(opaque(map)))).indices).toEqual(used);
    const widened = { ...map, data: Uint16Array.from(map.data, level => 257 * level) };
    expect(paletteOf(opaque(widened)).indices).toEqual(used);
    const ids = { ...map, data: Uint16Array.from(map.data, level => 24000 + level) };
    expect(paletteOf(opaque(ids)).indices).toEqual(used.map(level => 24000 + level));

    const { photo } = facade(3);
    const others = [photo, grayOf(photo), drawingOf(photo), await throughJpeg(asRgb(opaque(map)), 90)];
    expect(others.map(image => paletteOf(opaque(image)).indices)).toEqual([null, null, null, null]);
  });

  it('are distinguished from drawings with few levels', () => {
    for (let seed = 0; seed < 12; seed++) {
      const drawing = drawingOf(facade(seed, 128).photo);
      const hard = { ...drawing, data: drawing.data.map(level => (level < 128 ? 30 + (level & 16) : 255)) };
      for (const image of [drawing, hard]) expect(paletteOf(opaque(image)).indices).toBeNull();
    }
  });

  it('are summarised by their numbers, and shown in distinct colours', async () => {
    const folder = await temporaryFolder();
    for (const i of [1, 2]) {
      await writePicture(join(folder, `trainA/${i}.png`), facade(i, 128).photo);
      await writePicture(join(folder, `trainB/${i}.png`), indexMap(i, 128));
    }
    const findings = await surveyDataSet(folder);
    const used = new Set([...indexMap(1, 128).data, ...indexMap(2, 128).data]);
    const { kind, indices } = summarizeSide(findings, 'b');
    expect({ kind, indices }).toEqual({ kind: 'label map', indices: [...used].sort((a, b) => a - b) });
    expect(findProblems(findings)).toEqual([]);
    const shown = visible(opaque(indexMap(1, 128)));
    const colors = new Set(
      Array.from(indexMap(1, 128).data, (_, i) => shown.data.slice(3 * i, 3 * i + 3).join()),
    );
    expect(colors.size).toBe(new Set(indexMap(1, 128).data).size);
  });
});

describe('registrationOf', () => {
  it('finds no shift between aligned pictures', () => {
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

  it('finds side-by-side pictures of another shape', async () => {
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

describe('writeFixed', () => {
  it('copies sound pairs unchanged and refuses a folder that is not empty', async () => {
    const folder = await soundData();
    const findings = await surveyDataSet(folder);
    const fixed = join(await temporaryFolder(), 'fixed');
    expect(await writeFixed(fixed, findings, [])).toEqual({ copied: 12, changed: 0, leftOut: 0 });
    expect((await readdir(fixed)).sort()).toEqual(['testA', 'testB', 'trainA', 'trainB']);
    expect(await readFile(join(fixed, 'trainB/7.png'))).toEqual(await readFile(join(folder, 'trainB/7.png')));
    await expect(writeFixed(fixed, findings, [])).rejects.toThrow('Cannot write the fixed data set into');
  });
});

describe('a fixed copy', () => {
  const deep = (size: number): Image<Uint16Array> => {
    const data = Uint16Array.from({ length: size * size }, (_, i) => (i * 4099) % 65536);
    return { width: size, height: size, channels: 1, data };
  };

  it('keeps 16 bits of scaled sides, and does not mix labels', async () => {
    const folder = await temporaryFolder();
    await writePicture(join(folder, 'trainA/1.png'), deep(64));
    await savePicture(join(folder, 'trainB/1.png'), facade(1, 32).label);
    await writePicture(join(folder, 'trainA/2.png'), deep(32));
    await savePicture(join(folder, 'trainB/2.png'), facade(2, 64).label);
    const findings = await surveyDataSet(folder);
    const fixed = join(folder, 'fixed');
    expect(await writeFixed(fixed, findings, findProblems(findings))).toMatchObject({ changed: 2 });
    const { image } = await decodePicture(join(fixed, 'trainA/1.png'));
    expect(image).toEqual(areaResize(deep(64), 32, 32));
    const { image: label } = await decodePicture(join(fixed, 'trainB/2.png'));
    const known = new Set(Object.values(classColors).map(color => color.join()));
    for (let i = 0; i < label.data.length; i += 3) {
      expect(known.has(label.data.slice(i, i + 3).join())).toBe(true);
    }
  });

  it('swaps back the files of swapped sides, or the halves of a 16-bit picture', async () => {
    const folder = await temporaryFolder();
    const files = { name: '1', a: join(folder, 'trainA/1.tif'), b: join(folder, 'trainB/1.png') };
    await writePicture(files.a, deep(16));
    await savePicture(files.b, facade(1, 16).label);
    const halves = { name: '2', file: join(folder, 'train/2.png') };
    await writePicture(
      halves.file,
      placeSideBySide(deep(16), { ...deep(16), data: deep(16).data.toReversed() }),
    );
    for (const [kind, pair] of [
      ['two folders', files],
      ['side-by-side', halves],
    ] as const) {
      const layout = { kind } as Layout;
      const findings: SplitFindings[] = [
        { split: 'train', layout, matched: undefined, pairs: [await examinePair(pair)] },
      ];
      const problems = [{ kind: 'swapped', split: 'train', files: filesOf(pair), detail: '' } as const];
      await writeFixed(join(folder, kind), findings, problems);
    }
    expect(await readFile(join(folder, 'two folders/trainB/1.tif'))).toEqual(await readFile(files.a));
    const { image } = await decodePicture(join(folder, 'side-by-side/train/2.png'));
    expect(cropImage(image, 16, 0, 16, 16)).toEqual(deep(16));
  });
});

test('a survey examines at most the given number of pairs of each split', async () => {
  const findings = await surveyDataSet(await soundData(), { limit: 3 });
  expect(findings.map(({ split, pairs }) => [split, pairs.map(({ files }) => files.name)])).toEqual([
    ['train', ['0', '3', '6']],
    ['test', ['10', '11']],
  ]);
});

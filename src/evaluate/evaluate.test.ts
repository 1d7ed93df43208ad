import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { savePairs, savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { createImage, cropImage, type Image } from '../core/image.ts';
import { type EvaluationRequest, evaluate } from './evaluate.ts';

const request = {
  split: 'test',
  size: [16, 16],
  direction: 'BtoA',
  baselines: false,
  reader: null,
  features: null,
  seed: 0,
} as const;
const left = (pair: Image) => cropImage(pair, 0, 0, 16, 16);

/** Four test pairs of 16×16, with folders of pictures for A. */
async function fixture(make: (pair: Image, index: number) => Image): Promise<EvaluationRequest> {
  const folder = await temporaryFolder();
  for (let i = 0; i < 4; i++) {
    const pair = testPicture(32, 16, i);
    await savePicture(join(folder, 'test', `${i}.png`), pair);
    await savePicture(join(folder, 'made', `${i}.png`), make(pair, i));
  }
  return { ...request, models: [join(folder, 'made')], data: folder };
}

test('the target itself gets the scores of equal pictures', async () => {
  const { entries, pairs } = await evaluate(await fixture(left));
  expect(pairs).toMatch('4 side-by-side pairs');
  expect(entries[0]!.summary).toMatchObject({
    l1: { mean: 0, interval: [0, 0], count: 4 },
    psnr: { mean: 100 },
    ssim: { mean: 1 },
    sharpness: { mean: 1 },
    sharpnessError: { mean: 0 },
    nyquistError: { mean: 0 },
  });
});

describe('the distance to the nearest training picture', () => {
  /** Scores pictures of one level each, with training pictures of levels 0 and 100; conditions are black. */
  async function scored(split: 'test' | 'train', truths: readonly number[], made: readonly number[]) {
    const data = await temporaryFolder();
    const level = (value: number): Image => ({
      ...createImage(24, 24),
      data: new Uint8Array(1728).fill(value),
    });
    const save = async (part: string, i: number, target: number) => {
      await savePicture(join(data, 'A', part, `${i}.png`), level(target));
      await savePicture(join(data, 'B', part, `${i}.png`), level(0));
    };
    if (split === 'test') for (const [i, target] of [0, 100].entries()) await save('train', i, target);
    for (const [i, target] of truths.entries()) await save(split, i, target);
    for (const [i, value] of made.entries()) await savePicture(join(data, 'made', `${i}.png`), level(value));
    const models = [join(data, 'made')];
    return evaluate({ ...request, size: [24, 24], data, models, split, baselines: true });
  }

  test('is relative to that of the targets, also if they have the names of training pairs', async () => {
    // The truths are 10 and 30 levels from 100 and 0, the pictures 5 and 50.
    const { entries, scores } = await scored('test', [110, 30], [95, 50]);
    expect(scores).toContain('trainingDistance');
    const [made, copy, , nearest] = entries;
    expect(made!.summary.trainingDistance).toMatchObject({ mean: 55 / 40, count: 2 });
    expect(made!.pictures.map(({ values }) => values.trainingDistance)).toEqual([5 / 20, 50 / 20]);
    expect(copy!.summary.trainingDistance).toMatchObject({ mean: 0, interval: [0, 0] });
    expect(nearest!.summary.trainingDistance).toMatchObject({ mean: 0 });
  });

  test('ignores a training pair that is itself scored', async () => {
    // Each truth's nearest other is 20, 20 and 60 levels away; the pictures, equal to the truths, are as far.
    const { entries } = await scored('train', [0, 20, 80], [0, 20, 80]);
    expect(entries[0]!.summary.trainingDistance).toMatchObject({ mean: 1 });
  });

  test('is not defined if all targets are training pictures', async () => {
    const { entries } = await scored('test', [0, 100], [7, 8]);
    expect(entries[0]!.summary.trainingDistance).toBeNull();
    expect(entries[0]!.pictures[0]!.values.trainingDistance).toBeNull();
  });
});

test('pictures of another size are resized to the target’s', async () => {
  const large = (pair: Image): Image => {
    const { data } = left(pair);
    const image = createImage(32, 32);
    for (let i = 0; i < image.data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % 32, Math.floor(i / 96)];
      image.data[i] = data[((y >> 1) * 16 + (x >> 1)) * 3 + (i % 3)]!;
    }
    return image;
  };
  const { entries } = await evaluate(await fixture(large));
  expect(entries[0]!.summary.l1).toMatchObject({ mean: 0 });
});

test('a single pair has values without intervals', async () => {
  const given = await fixture(pair => left(pair));
  await savePairs(join(given.data, 'one', 'test'), 1);
  await savePicture(join(given.data, 'one', 'made', '0.png'), createImage(8, 8));
  const evaluation = await evaluate({
    ...given,
    data: join(given.data, 'one'),
    models: [join(given.data, 'one', 'made')],
  });
  expect(evaluation.entries[0]!.summary.l1).toMatchObject({ interval: null, count: 1 });
});

test('equal seeds give equal reports', async () => {
  const given = await fixture((pair, i) => ({
    ...left(pair),
    data: left(pair).data.map(value => (value + 9 * i) % 256),
  }));
  expect(await evaluate(given)).toEqual(await evaluate(given));
});

describe('refuses, saying what to do,', () => {
  test.each<[string, (folder: string) => Partial<EvaluationRequest>, string]>([
    ['pictures without a direction', () => ({ direction: null }), 'add --direction AtoB or --direction BtoA'],
    ['pictures without a size', () => ({ size: null }), 'add --size, such as --size 256'],
    [
      'a folder that holds nothing',
      folder => ({ models: [join(folder, 'nothing')] }),
      'it is neither a run nor a folder of images',
    ],
    [
      'a folder that lacks a picture',
      folder => ({ models: [join(folder, 'few')] }),
      'it has no image for pair "1"',
    ],
    ['a split that is not there', () => ({ split: 'train' }), 'Cannot find train pairs'],
    ['a model that is not there', folder => ({ models: [join(folder, 'missing')] }), 'it does not exist'],
  ])('%s', async (_, change, message) => {
    const given = await fixture(left);
    const folder = given.data;
    await mkdir(join(folder, 'nothing'), { recursive: true });
    await mkdir(join(folder, 'few'), { recursive: true });
    await cp(join(folder, 'made', '0.png'), join(folder, 'few', '0.png'));
    await writeFile(join(folder, 'nothing', 'notes.txt'), 'no picture');
    await expect(evaluate({ ...given, ...change(folder) })).rejects.toThrow(message);
  });
});

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

test('the truth itself is scored as equal', async () => {
  const { entries, pairs } = await evaluate(await fixture(left));
  expect(pairs).toMatch('4 side-by-side pairs');
  expect(entries[0]!.summary).toMatchObject({
    l1: { mean: 0, interval: [0, 0], count: 4 },
    psnr: { mean: 100 },
    ssim: { mean: 1 },
    sharpness: { mean: 1 },
  });
});

test('pictures of another size are resized to the truth’s', async () => {
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
      'it is neither a run nor a folder of pictures',
    ],
    [
      'a folder that lacks a picture',
      folder => ({ models: [join(folder, 'few')] }),
      'it has no picture for pair "1"',
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

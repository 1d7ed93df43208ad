import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/data-fixtures.ts';
import { createImage } from '../../core/image.ts';
import { openPairs } from '../../data/pairing.ts';
import { segmentationScores, sumConfusions } from '../../metrics/confusion.ts';
import { facadeClasses, syntheticFacades } from '../../prepare/facades/index.ts';
import { writeSyntheticFacades } from '../../prepare/synthesize.ts';
import { findLabelClasses, NO_CLASS, readLabels } from './label-classes.ts';
import { openReader } from './reader.ts';
import { readReader, writeReader } from './reader-file.ts';
import { trainReader } from './train-reader.ts';

const facades = [...syntheticFacades({ count: 20, size: 64, seed: 0 })];

test('the classes of label maps are their colours', () => {
  const classes = findLabelClasses(facades.map(({ label }) => label));
  const known = facadeClasses.map(({ color }) => String(color));
  expect(classes.length).toBeGreaterThan(4);
  expect(classes.map(String).filter(color => !known.includes(color))).toEqual([]);
});

test('photos are refused as label maps', () => {
  expect(() => findLabelClasses(facades.map(({ photo }) => photo))).toThrow('evaluate without --reader');
});

test('resizing does not mix labels', () => {
  const [red, blue] = [
    [200, 0, 0],
    [0, 0, 200],
  ] as const;
  const map = createImage(4, 2);
  for (let i = 0; i < 8; i++) map.data.set(i % 4 < 2 ? red : i % 4 === 2 ? blue : [90, 90, 90], 3 * i);
  expect([...readLabels(map, [red, blue], 2, 4)]).toEqual([0, 0, 1, NO_CLASS, 0, 0, 1, NO_CLASS]);
  expect([...readLabels(map, [red, blue], 1, 2)]).toEqual([0, NO_CLASS]);
});

test('a reader learns, is saved, and gives the same result after loading', async () => {
  const folder = await temporaryFolder();
  await writeSyntheticFacades(folder, { train: 12, test: 1, size: 64, seed: 0 });
  const { pairs } = await openPairs(folder, { split: 'train' });
  const training = { pairs, direction: 'BtoA', size: [32, 32], seed: 0 } as const;
  const scoreAfter = async (steps: number) => {
    const path = join(folder, `new/reader-${steps}.safetensors`);
    await writeReader(path, await trainReader({ ...training, steps }));
    const reader = await openReader(await readReader(path));
    const read = [];
    for (const { photo, label } of facades.slice(0, 6)) read.push(await reader.read(photo, label));
    await reader.close();
    return segmentationScores.pixelAccuracy.of(sumConfusions(read))!;
  };
  const [untrained, trained] = [await scoreAfter(1), await scoreAfter(60)];
  expect(trained).toBeGreaterThan(untrained + 0.2);
});

test('other weights are not a reader', async () => {
  const path = join(await temporaryFolder(), 'other.safetensors');
  const { writeWeights } = await import('../../files/weights-file.ts');
  await writeWeights(path, new Map());
  await expect(readReader(path)).rejects.toThrow(`Cannot use reader "${path}"`);
});

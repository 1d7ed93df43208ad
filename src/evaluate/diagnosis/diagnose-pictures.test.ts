import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { presets } from '../../config/presets.ts';
import type { Image } from '../../core/image.ts';
import { metricNames } from '../../metrics/index.ts';
import { syntheticFacades } from '../../prepare/facades/index.ts';
import { measurePicture, summarize } from '../score-pairs.ts';
import { diagnosePictures } from './diagnose-pictures.ts';
import { diagnoseRun } from './diagnose-run.ts';
import { SignCollector } from './signs.ts';

const photos = [...syntheticFacades({ count: 8, size: 64, seed: 0 })].map(({ photo }) => photo);

/** The kinds of what is found where photos are changed by `change`. */
function found(change: (photo: Image, index: number) => Image, truths: readonly Image[] = photos) {
  const signs = new SignCollector();
  const pictures = truths.map((truth, i) => {
    const picture = change(truth, i);
    signs.add(picture, truth);
    const values = measurePicture(picture, truth);
    return { name: `${i}`, values, confusion: null, features: null, training: null };
  });
  const entry = summarize({ name: 'made', kind: 'model', about: '' }, pictures, metricNames, 0);
  return diagnosePictures(entry, signs.signs(), []).map(({ kind }) => kind);
}

const mapped = (photo: Image, f: (value: number, i: number) => number): Image => ({
  ...photo,
  data: Uint8Array.from(photo.data, (value, i) => Math.min(Math.max(Math.round(f(value, i)), 0), 255)),
});

test('real photos, and noisy ones, have no problems', () => {
  expect(found(photo => photo)).toEqual([]);
  expect(found(photo => mapped(photo, (value, i) => value + 8 * Math.sin(i * i)))).toEqual([]);
});

test('the same picture for every input is a collapse', () => {
  expect(found(() => photos[0]!)).toContain('mode collapse');
});

test('a checkerboard of twelve levels is detected', () => {
  const checked = (photo: Image) =>
    mapped(photo, (value, i) => value + ((Math.floor(i / 3) + Math.floor(i / 192)) % 2 === 0 ? 12 : -12));
  expect(found(checked)).toEqual(['checkerboard']);
});

test('a tint is a colour cast', () => {
  expect(found(photo => mapped(photo, (value, i) => (i % 3 === 0 ? value + 30 : value)))).toEqual([
    'colour cast',
  ]);
});

test('a mean over 9×9 pixels is blur', () => {
  const blurred = (photo: Image) =>
    mapped(photo, (_, i) => {
      let [sum, count] = [0, 0];
      for (let dy = -4; dy <= 4; dy++)
        for (let dx = -4; dx <= 4; dx++) {
          const value = photo.data[i + 3 * (dy * 64 + dx)];
          if (value !== undefined) [sum, count] = [sum + value, count + 1];
        }
      return sum / count;
    });
  expect(found(blurred)).toContain('blur');
});

test('a single picture and constant pictures give no findings', () => {
  const gray = mapped(photos[0]!, () => 128);
  expect(found(photo => photo, photos.slice(0, 1))).toEqual([]);
  expect(found(photo => photo, [gray, gray, gray])).toEqual([]);
});

test('a log in which D is always right gives a finding, a balanced one does not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-log-'));
  const logOf = async (loss: number) => {
    const lines = Array.from({ length: 100 }, () =>
      JSON.stringify({ type: 'step', discriminatorLoss: loss }),
    );
    await writeFile(join(folder, 'log.jsonl'), `${lines.join('\n')}\n{"type":"st`);
    return (await diagnoseRun('run', folder, presets.paper)).map(({ kind }) => kind);
  };
  expect(await logOf(0.001)).toEqual(['discriminator dominates']);
  expect(await logOf(0.6)).toEqual([]);
  await rm(folder, { recursive: true });
  expect(await diagnoseRun('run', folder, presets.paper)).toEqual([]);
});

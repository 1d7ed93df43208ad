import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  collect,
  saveBytes,
  savePairs,
  savePicture,
  temporaryFolder,
  testPicture,
} from '../../../test/data-fixtures.ts';
import { UserError } from '../../core/errors.ts';
import { cropImage, imageToTensor } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import type { PairFiles } from '../pair-files.ts';
import { openPairs } from '../pairing.ts';
import type { Batch } from './epochs.ts';
import { type LoadOptions, loadEpochs, sampleBatch } from './loader.ts';

const plain: LoadOptions = {
  direction: 'AtoB',
  size: [8, 8],
  channels: { condition: 3, target: 3 },
  batchSize: 1,
  shuffle: false,
  resize: { mode: 'resize-and-crop', condition: 'area', target: 'area' },
  augment: { jitter: 1, mirror: false, rotation: 0, scale: 1, color: 0, cutout: 0, distort: 0, roughen: 0 },
  seed: 5,
  ahead: 1,
  skipBad: false,
  onSkip: () => {},
};
const augmented: LoadOptions = {
  ...plain,
  shuffle: true,
  augment: { ...plain.augment, jitter: 1.5, mirror: true },
};

async function pairsOf(count: number): Promise<{ folder: string; pairs: readonly PairFiles[] }> {
  const folder = await temporaryFolder();
  await savePairs(folder, count);
  const { pairs } = await openPairs(folder, { split: 'train' });
  return { folder, pairs };
}

async function load(pairs: readonly PairFiles[], options: LoadOptions, from = 0): Promise<Batch[]> {
  return collect(loadEpochs(pairs, options).epoch(0, from));
}

const namesOf = (batches: readonly Batch[]) => batches.map(({ names }) => names.join(' '));

describe('an epoch', () => {
  it('gives [N, H, W, 3] in [−1, 1], in sorted order, without a last partial batch', async () => {
    const { pairs } = await pairsOf(5);
    const batches = await load(pairs, { ...plain, batchSize: 2 });
    expect(namesOf(batches)).toEqual(['0 1', '2 3']);
    const whole = testPicture(16, 8, 3);
    const second = 8 * 8 * 3;
    expect(batches[1]!.condition.subarray(second)).toEqual(imageToTensor(cropImage(whole, 0, 0, 8, 8)));
    expect(batches[1]!.target.subarray(second)).toEqual(imageToTensor(cropImage(whole, 8, 0, 8, 8)));
  });

  it('swaps the sides for BtoA', async () => {
    const { pairs } = await pairsOf(1);
    const [forward] = await load(pairs, plain);
    const [backward] = await load(pairs, { ...plain, direction: 'BtoA' });
    expect(backward).toEqual({ ...forward, condition: forward!.target, target: forward!.condition });
  });

  it('shuffles and augments the same regardless of how much is decoded ahead', async () => {
    const { pairs } = await pairsOf(7);
    const wanted = await load(pairs, { ...augmented, ahead: 0 });
    expect(namesOf(wanted).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(namesOf(wanted)).not.toEqual(['0', '1', '2', '3', '4', '5', '6']);
    for (const ahead of [1, 3, 50]) expect(await load(pairs, { ...augmented, ahead })).toEqual(wanted);
  });

  it('augments both sides alike', async () => {
    const folder = await temporaryFolder();
    const side = await savePicture(join(folder, 'side.png'), testPicture(11, 9));
    const pairs = Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, a: side, b: side }));
    const batches = await load(pairs, augmented);
    for (const { condition, target } of batches) expect(condition).toEqual(target);
    expect(new Set(batches.map(({ target }) => target.join())).size).toBeGreaterThan(10);
  });

  it('starts inside an epoch as if it had read the batches before', async () => {
    const { folder, pairs } = await pairsOf(7);
    const options = { ...augmented, batchSize: 2 };
    const wanted = await load(pairs, options);
    expect(await load(pairs, options, 2)).toEqual(wanted.slice(2));
    expect(await load(pairs, options, 3)).toEqual([]);
    await saveBytes(join(folder, '3.png'), '');
    const skipping = { ...options, skipBad: true };
    expect(await load(pairs, skipping, 1)).toEqual((await load(pairs, skipping)).slice(1));
  });

  it('reads the published facades', async ({ skip }) => {
    const facades = '../shared/data/facades';
    skip(!existsSync(facades), `${facades} is not there`);
    const { pairs } = await openPairs(facades, { split: 'test' });
    const [batch] = await load(pairs.slice(0, 4), { ...plain, size: [64, 64], batchSize: 4 });
    expect(batch!.target).toHaveLength(4 * 64 * 64 * 3);
    expect(batch!.target.every(value => value >= -1 && value <= 1)).toBe(true);
  });
});

describe('an epoch of bad input', () => {
  it('throws at a bad pair, and suggests --skip-bad', async () => {
    const { folder, pairs } = await pairsOf(4);
    const bad = await saveBytes(join(folder, '2.png'), 'words');
    const seen: string[] = [];
    const read = async () => {
      const batches = loadEpochs(pairs, { ...plain, ahead: 4 }).epoch(0);
      for await (const { names } of batches) seen.push(...names);
    };
    const error = await read().catch(error => error);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      `Cannot decode "${bad}": it is not an image; supported formats are JPEG, PNG, WebP, AVIF, TIFF and BMP; ` +
        'use --skip-bad to skip such pairs',
    );
    expect(seen).toEqual(['0', '1']);
  });

  it('skips bad pairs with skipBad, moves the others up and reports them', async () => {
    const { folder, pairs } = await pairsOf(6);
    await saveBytes(join(folder, '1.png'), '');
    await savePicture(join(folder, '3.png'), testPicture(1, 1));
    const skipped: string[] = [];
    const onSkip = (message: string) => skipped.push(message);
    const batches = await load(pairs, { ...plain, batchSize: 2, ahead: 2, skipBad: true, onSkip });
    expect(namesOf(batches)).toEqual(['0 2', '4 5']);
    expect(skipped).toEqual([
      `Skipped a pair. Cannot decode "${join(folder, '1.png')}": the file is empty (0 bytes)`,
      `Skipped a pair. Cannot use "${join(folder, '3.png')}": it is 1×1, ` +
        'and a side needs 2×2 pixels or more; replace it',
    ]);
  });

  it('refuses too few pairs for a batch', async () => {
    const { folder, pairs } = await pairsOf(3);
    await expect(load(pairs, { ...plain, batchSize: 4 })).rejects.toThrow(
      /^Cannot fill a batch of 4 from 3 readable pairs; lower the batch size to 3 or add pairs$/,
    );
    for (const { name } of pairs) await saveBytes(join(folder, `${name}.png`), '');
    await expect(load(pairs, { ...plain, skipBad: true })).rejects.toThrow(
      /^Cannot fill a batch of 1 from 0 readable pairs; check the data with "pix2pix inspect"$/,
    );
  });
});

describe('loadEpochs', () => {
  it('makes an epoch depend only on the seed and its index', async () => {
    const { pairs } = await pairsOf(6);
    const source = loadEpochs(pairs, { ...augmented, seed: 3 });
    const third = await collect(source.epoch(3));
    for await (const _ of source.epoch(0)) break;
    expect(await collect(source.epoch(3))).toEqual(third);
    expect(await collect(source.epoch(3, 4))).toEqual(third.slice(4));
    expect(await collect(source.epoch(4))).not.toEqual(third);
    const other = loadEpochs(pairs, { ...augmented, seed: 4 });
    expect(await collect(other.epoch(3))).not.toEqual(third);
    await source.close();
  });
});

describe('sampleBatch', () => {
  it('takes consecutive pairs from a random position', async () => {
    const { pairs } = await pairsOf(9);
    const random = Random.fromSeed(1);
    const starts = new Set<number>();
    for (let i = 0; i < 40; i++) {
      const { names, condition } = await sampleBatch(pairs, 3, random, plain);
      const start = Number(names[0]);
      expect(names).toEqual([start, start + 1, start + 2].map(String));
      expect(condition).toHaveLength(3 * 8 * 8 * 3);
      starts.add(start);
    }
    expect([...starts].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('returns fewer pairs for a small set', async () => {
    const { pairs } = await pairsOf(2);
    expect((await sampleBatch(pairs, 3, Random.fromSeed(1), plain)).names).toEqual(['0', '1']);
  });

  it('replaces a bad pair by the next one with skipBad', async () => {
    const { folder, pairs } = await pairsOf(3);
    await saveBytes(join(folder, '1.png'), '');
    const options = { ...plain, skipBad: true };
    const { names } = await sampleBatch(pairs, 2, Random.fromSeed(1), options);
    expect([...names].sort()).toEqual(['0', '2']);
  });
});

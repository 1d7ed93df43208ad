import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  collect,
  everyAugmentation,
  savePairs,
  savePicture,
  temporaryFolder,
  testPicture,
} from '../../../test/data-fixtures.ts';
import { openPairs } from '../pairing.ts';
import { type LoadOptions, loadEpochs } from './loader.ts';
import type { CachePlace } from './pair-cache.ts';

const options: LoadOptions = {
  direction: 'BtoA',
  size: [6, 6],
  channels: { condition: 1, target: 3 },
  batchSize: 2,
  shuffle: true,
  resize: { mode: 'resize-and-crop', condition: 'area', target: 'nearest' },
  augment: everyAugmentation,
  ahead: 2,
  skipBad: false,
  onSkip: () => {},
  seed: 7,
};

async function setUp(gigabytes = 1) {
  const data = await temporaryFolder();
  await savePairs(data, 6);
  const { pairs } = await openPairs(data, { split: 'train' });
  const cache: CachePlace = { folder: join(await temporaryFolder(), 'cache'), gigabytes };
  const notes: string[] = [];
  /** Batches of two epochs by a new source, which has counted what the cache holds. */
  const load = async (changes: Partial<LoadOptions> = {}) => {
    const source = loadEpochs(pairs, { ...options, onSkip: message => notes.push(message), ...changes });
    onTestFinished(() => source.close());
    await setTimeout(50);
    return [...(await collect(source.epoch(0))), ...(await collect(source.epoch(1)))];
  };
  return { data, cache, notes, load };
}

async function keptIn({ folder }: CachePlace): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries.filter(name => name.endsWith('.pair')).map(name => join(folder, name));
}

describe('the cache of decoded pairs', () => {
  it('gives the same batches as decoding, bit for bit, while it fills and afterwards', async () => {
    const { cache, load } = await setUp();
    const wanted = await load();
    expect(await load({ cache })).toEqual(wanted);
    expect(await keptIn(cache)).toHaveLength(6);
    expect(await load({ cache })).toEqual(wanted);
  });

  it('keeps pairs of each size of a run that grows', async () => {
    const { data, cache } = await setUp();
    const { pairs } = await openPairs(data, { split: 'train' });
    const cached = loadEpochs(pairs, { ...options, cache });
    await setTimeout(50);
    for (const side of [4, 6, 4]) {
      const size: [number, number] = [side, side];
      const wanted = await collect(loadEpochs(pairs, { ...options, size }).epoch(0));
      expect(await collect(cached.epoch(0, 0, size))).toEqual(wanted);
    }
    expect(await keptIn(cache)).toHaveLength(12);
  });

  it('is used for reading pairs', async () => {
    const { cache, load } = await setUp();
    const wanted = await load({ cache });
    for (const path of await keptIn(cache)) {
      const bytes = (await readFile(path)).fill(0, 36);
      bytes.writeUInt32LE(crc32(bytes.subarray(36)), 32);
      await writeFile(path, bytes);
    }
    const read = await load({ cache });
    expect(read).not.toEqual(wanted);
    expect(read.every(({ target }) => target.every(value => value === -1))).toBe(true);
  });

  it('decodes again if a picture or the options have changed, or a file is damaged', async () => {
    const { data, cache, load } = await setUp();
    await load({ cache });
    await savePicture(join(data, '3.png'), testPicture(20, 10, 99));
    expect(await load({ cache })).toEqual(await load());
    expect(await keptIn(cache)).toHaveLength(7);
    const other: Partial<LoadOptions> = { size: [4, 4], channels: { condition: 3, target: 1 } };
    expect(await load({ cache, ...other })).toEqual(await load(other));
    for (const path of await keptIn(cache)) await truncate(path, (await stat(path)).size - 1);
    expect(await load({ cache })).toEqual(await load());
    for (const path of await keptIn(cache)) await writeFile(path, (await readFile(path)).fill(0, 40));
    expect(await load({ cache })).toEqual(await load());
  });

  it('stays within its limit, including existing files, and reports once when it is full', async () => {
    // 9×9 pixels of 1 and 3 channels and a header: 360 bytes a pair.
    const { cache, notes, load } = await setUp(800e-9);
    expect(await load({ cache })).toEqual(await load());
    expect(await keptIn(cache)).toHaveLength(2);
    expect(notes).toEqual([
      `No more decoded pairs are added to "${cache.folder}": it has reached the 8e-7 GB of --cache-gb`,
    ]);
    await load({ cache });
    expect(await keptIn(cache)).toHaveLength(2);
  });

  it('stops adding pairs if it can’t write, and training goes on', async () => {
    const { cache, notes, load } = await setUp();
    await writeFile(cache.folder, 'a file, where a folder should be');
    expect(await load({ cache })).toEqual(await load());
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('No more decoded pairs are added');
  });
});

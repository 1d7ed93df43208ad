import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBytes, savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { cropImage } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { distinctNames, drawTestItems } from './assign-splits.ts';
import { writeCombined } from './combine-pairs.ts';
import { tilePlaces, writeTiles } from './crop-pairs.ts';
import { decodeImage } from './decode.ts';
import { facadeClasses, syntheticFacade } from './facades/index.ts';
import { loadPair } from './pair.ts';
import { placeSideBySide } from './side-by-side.ts';
import { writeSplits } from './split-pairs.ts';
import { writeSyntheticFacades } from './synthesize.ts';

const facade = (seed: number, size: number | [number, number] = 32) =>
  syntheticFacade(Random.fromSeed(seed), size);

describe('writeCombined', () => {
  async function folders(count: number, size: number) {
    const folder = await temporaryFolder();
    const [a, b, out] = ['photos', 'labels', 'new'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (let i = 0; i < count; i++) {
      await savePicture(join(a, `${i}_A.png`), facade(i, size).photo);
      await savePicture(join(b, `${i}_B.png`), facade(i, size).label);
    }
    return { a, b, out };
  }
  const options = { size: 24, fit: 'crop', testShare: 0.4, seed: 0 } as const;

  it('pairs by name and resizes label maps without mixing their colours', async () => {
    const { a, b, out } = await folders(5, 64);
    expect(await writeCombined(a, b, out, options)).toEqual({
      train: 3,
      test: 2,
      by: 'name',
      labelSides: ['B'],
    });
    const names = [...(await readdir(join(out, 'train'))), ...(await readdir(join(out, 'test')))];
    expect(names.sort()).toEqual(['0.png', '1.png', '2.png', '3.png', '4.png']);
    const [first] = await readdir(join(out, 'train'));
    const { target } = await loadPair({ name: '', file: join(out, 'train', first!) }, 'AtoB');
    const palette = new Set(facadeClasses.map(({ color }) => color.join()));
    for (let i = 0; i < target.data.length; i += 3) {
      expect(palette.has(target.data.slice(i, i + 3).join())).toBe(true);
    }
  });

  it('refuses lonely files, other shapes and empty folders', async () => {
    const { a, b, out } = await folders(2, 32);
    await savePicture(join(a, 'extra.png'), testPicture(8, 8));
    await expect(writeCombined(a, b, out, options)).rejects.toThrow(
      /^Cannot combine ".*" with ".*": 1 of 5 files have no partner of their name, such as ".*extra.png"/,
    );
    await savePicture(join(b, 'extra.png'), testPicture(9, 18));
    await expect(writeCombined(a, b, out, options)).rejects.toThrow(
      /\(8×8\) with ".*" \(9×18\): both need one shape/,
    );
    await expect(writeCombined(a, join(out, 'none'), join(out, 'x'), options)).rejects.toThrow(
      'it holds no pictures',
    );
  });
});

describe('writeTiles', () => {
  it('cuts both sides at the same places and covers everything', async () => {
    const folder = await temporaryFolder();
    const picture = testPicture(20, 12);
    await savePicture(join(folder, 'data/trainA/x.png'), picture);
    await savePicture(join(folder, 'data/trainB/x.png'), picture);
    const out = join(folder, 'tiles');
    expect(await writeTiles(join(folder, 'data'), out, { size: 8, overlap: 0 })).toEqual({ train: 6 });
    const tile = await decodeImage(join(out, 'train/x-12-4.png'));
    const part = cropImage(picture, 12, 4, 8, 8);
    expect(tile).toEqual(placeSideBySide(part, part));
    const large = writeTiles(join(folder, 'data'), join(folder, 'other'), { size: 16, overlap: 0 });
    await expect(large).rejects.toThrow('from pair "x": it is 20×12; use --size 12 or less');
  });

  it.each([
    [8, 8, 0, [0]],
    [20, 8, 0, [0, 6, 12]],
    [16, 8, 0, [0, 8]],
    [16, 8, 2, [0, 4, 8]],
  ])('over %i pixels, tiles of %i that share %i begin at %j', (length, size, overlap, places) => {
    expect(tilePlaces(length, size, overlap)).toEqual(places);
  });
});

describe('writeSplits', () => {
  it('keeps look-alikes together and an existing test split as it is', async () => {
    const folder = await temporaryFolder();
    const [data, out] = [join(folder, 'data'), join(folder, 'new')];
    await writeSyntheticFacades(data, { train: 12, test: 2, size: 32, seed: 4 });
    for (const copy of ['a', 'b', 'c']) {
      await saveBytes(join(data, `train/0001${copy}.png`), await readBytes(join(data, 'train/0001.png')));
    }
    const options = { testShare: 0.5, valShare: 0.4, seed: 1 };
    const { counts, groups } = await writeSplits(data, out, options);
    expect({ counts, groups }).toEqual({ counts: { train: 9, val: 6, test: 2 }, groups: 1 });
    const places = await Promise.all(['train', 'val'].map(split => readdir(join(out, split))));
    const together = places.map(names => names.filter(name => name.startsWith('0001')).length);
    expect([...together].sort()).toEqual([0, 4]);
    expect(await readdir(join(out, 'test'))).toEqual(['0001.png', '0002.png']);
  });
});

async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path);
}

describe('drawTestItems', () => {
  it.each([
    [10, 0, 0],
    [10, 0.01, 1],
    [10, 0.25, 3],
    [2, 0.9, 1],
  ])('takes of %i things a share of %d: %i', (count, share, size) => {
    expect(drawTestItems(count, share, Random.fromSeed(0)).size).toBe(size);
  });
});

it('tells equal names apart, also where letter case doesn’t count', () => {
  expect(distinctNames(['a', 'A', 'a', 'b', 'a-2'])).toEqual(['a', 'A-2', 'a-3', 'b', 'a-2-2']);
});

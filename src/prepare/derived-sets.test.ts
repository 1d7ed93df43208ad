import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBytes, savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { cropImage, type Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { distinctNames, drawTestItems } from '../data/assign-splits.ts';
import { loadPair, loadSides } from '../data/pair.ts';
import { decodeImage, decodePicture } from '../images/decoding/decode.ts';
import { writePicture } from '../images/encoding/encode.ts';
import { placeSideBySide } from '../images/side-by-side.ts';
import { writeCombined } from './combine-pairs.ts';
import { tilePlaces, writeTiles } from './crop-pairs.ts';
import { facadeClasses, syntheticFacade } from './facades/index.ts';
import { writeSplits } from './split-pairs.ts';
import { writeSyntheticFacades } from './synthesize.ts';

/** Every sample of 16 bits differs. */
function deepGray(size: number): Image<Uint16Array> {
  const data = Uint16Array.from({ length: size * size }, (_, i) => i * 61 + 7);
  return { width: size, height: size, channels: 1, data };
}

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

  it('keeps 16 bits, and keeps gray if both sides are gray', async () => {
    const { a, b, out } = await folders(0, 0);
    for (const name of ['1', '2']) {
      await writePicture(join(a, `${name}.png`), deepGray(32));
      await savePicture(join(b, `${name}.png`), facade(1).label);
      await writePicture(join(b, `../gray/${name}.tif`), deepGray(32));
    }
    const whole = { ...options, size: 32, testShare: 0 };
    await writeCombined(a, join(b, '../gray'), join(out, 'gray'), whole);
    const gray = await decodePicture(join(out, 'gray/train/1.png'));
    expect(gray).toEqual({ image: placeSideBySide(deepGray(32), deepGray(32)), alpha: false });
    // Beside colour it becomes colour of equal levels, and 8 bits become 16 of them.
    await writeCombined(a, b, join(out, 'mixed'), whole);
    const [{ image: photo }, { image: label }] = await loadSides({
      name: '1',
      file: join(out, 'mixed/train/1.png'),
    });
    expect(Array.from(photo.data)).toEqual([...deepGray(32).data].flatMap(level => [level, level, level]));
    expect(Array.from(label.data)).toEqual([...facade(1).label.data].map(level => 257 * level));
  });

  it('refuses files without a partner, different shapes and empty folders', async () => {
    const { a, b, out } = await folders(2, 32);
    await savePicture(join(a, 'extra.png'), testPicture(8, 8));
    await expect(writeCombined(a, b, out, options)).rejects.toThrow(
      /^Cannot combine ".*" with ".*": 1 of 5 files have no partner of their name, such as ".*extra.png"/,
    );
    await savePicture(join(b, 'extra.png'), testPicture(9, 18));
    await expect(writeCombined(a, b, out, options)).rejects.toThrow(
      /\(8×8\) with ".*" \(9×18\): both must have the same aspect ratio/,
    );
    await expect(writeCombined(a, join(out, 'none'), join(out, 'x'), options)).rejects.toThrow(
      'it does not exist',
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

  it('keeps floats and channels, and refuses sides that can’t be joined in a picture', async () => {
    const folder = await temporaryFolder();
    const save = (side: string, channels: number) => {
      const data = Float32Array.from({ length: 256 * channels }, (_, i) => i / (256 * channels));
      const image = { width: 16, height: 16, channels, data };
      return writePicture(join(folder, `data/train${side}/x.tif`), image).then(() => image);
    };
    const [image] = await Promise.all([save('A', 5), save('B', 5)]);
    await writeTiles(join(folder, 'data'), join(folder, 'tiles'), { size: 8, overlap: 0 });
    const tile = await decodePicture(join(folder, 'tiles/train/x-8-0.tiff'));
    const part = cropImage(image, 8, 0, 8, 8);
    expect(tile).toEqual({ image: placeSideBySide(part, part), alpha: false });
    await save('B', 3);
    const refused = writeTiles(join(folder, 'data'), join(folder, 'other'), { size: 8, overlap: 0 });
    await expect(refused).rejects.toThrow(
      'Cannot put the sides of pair "x" into one image: A has 5 channels, B has 3; keep them in folders',
    );
  });

  it.each([
    [['train', 'val', 'test'], { train: 4, val: 4, test: 4 }],
    [['train', 'val'], { train: 4, val: 4 }],
  ])('cuts each of the splits %j once', async (splits, counts) => {
    const folder = await temporaryFolder();
    for (const split of splits) await savePicture(join(folder, 'data', split, '1.png'), testPicture(32, 16));
    const out = join(folder, 'tiles');
    expect(await writeTiles(join(folder, 'data'), out, { size: 8, overlap: 0 })).toEqual(counts);
    expect((await readdir(out)).sort()).toEqual([...splits].sort());
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
  it('keeps similar pairs in one split and copies an existing test split unchanged', async () => {
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

it('makes equal names distinct, ignoring case', () => {
  expect(distinctNames(['a', 'A', 'a', 'b', 'a-2'])).toEqual(['a', 'A-2', 'a-3', 'b', 'a-2-2']);
});

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../core/errors.ts';
import { facadeClasses } from './facades/index.ts';
import { writeSyntheticFacades } from './synthesize.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'facades-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const options = { train: 3, test: 2, size: 32, seed: 1 };
const pixelsOf = (path: string) => sharp(path).raw().toBuffer({ resolveWithObject: true });

describe('writeSyntheticFacades', () => {
  it('writes numbered pairs into train and test, and no other file', async () => {
    await writeSyntheticFacades(join(root, 'new'), options);
    expect((await readdir(join(root, 'new'))).sort()).toEqual(['test', 'train']);
    expect((await readdir(join(root, 'new/train'))).sort()).toEqual(['0001.png', '0002.png', '0003.png']);
    expect((await readdir(join(root, 'new/test'))).sort()).toEqual(['0001.png', '0002.png']);
  });

  it('puts the photo on the left and the label map on the right', async () => {
    await writeSyntheticFacades(root, { ...options, size: [20, 36] });
    const { data, info } = await pixelsOf(join(root, 'train/0001.png'));
    expect([info.height, info.width, info.channels]).toEqual([20, 72, 3]);
    const palette = new Set(facadeClasses.map(({ color }) => color.join()));
    let labelled = [0, 0];
    for (let i = 0; i < 20 * 72; i++) {
      const half = i % 72 < 36 ? 0 : 1;
      if (palette.has(data.subarray(3 * i, 3 * i + 3).join()))
        labelled = labelled.with(half, labelled[half]! + 1);
    }
    expect(labelled).toEqual([0, 20 * 36]);
  });

  it('shares no pair between train and test', async () => {
    await writeSyntheticFacades(root, options);
    const train = await pixelsOf(join(root, 'train/0001.png'));
    const test = await pixelsOf(join(root, 'test/0001.png'));
    expect(train.data.equals(test.data)).toBe(false);
  });

  it('writes the same test set for any number of training pairs', async () => {
    await writeSyntheticFacades(join(root, 'a'), options);
    await writeSyntheticFacades(join(root, 'b'), { ...options, train: 1 });
    const [a, b] = await Promise.all(['a', 'b'].map(name => pixelsOf(join(root, name, 'test/0002.png'))));
    expect(a!.data.equals(b!.data)).toBe(true);
  });

  it('reports every pair', async () => {
    const reports: string[] = [];
    await writeSyntheticFacades(root, {
      ...options,
      onProgress: (done, total) => reports.push(`${done}/${total}`),
    });
    expect(reports).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
  });

  it('refuses a folder that is not empty and does not touch it', async () => {
    await mkdir(join(root, 'mine'));
    const refused = writeSyntheticFacades(root, options);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      `Cannot write facades into "${root}": it holds 1 entry, expected a new or empty folder; name another one or empty it`,
    );
    expect(await readdir(root)).toEqual(['mine']);
  });

  it('refuses a file', async () => {
    const path = join(root, 'file');
    await writeFile(path, '');
    await expect(writeSyntheticFacades(path, options)).rejects.toThrow(/it is a file/);
  });

  it('writes nothing for an impossible size', async () => {
    await expect(writeSyntheticFacades(root, { ...options, size: 8 })).rejects.toThrow(UserError);
    expect(await readdir(root)).toEqual([]);
  });
});

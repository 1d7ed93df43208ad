import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/data-fixtures.ts';
import { Random } from '../core/random.ts';
import { paletteOf } from '../data/inspection/palette.ts';
import { registrationOf } from '../data/inspection/registration.ts';
import { openPairs } from '../data/pairing.ts';
import { syntheticMap } from './maps/index.ts';
import { syntheticShapes } from './shapes/index.ts';
import { writeSyntheticPairs } from './synthesize.ts';

describe.each([
  ['maps', syntheticMap, 'label map'],
  ['shapes', syntheticShapes, 'drawing'],
] as const)('invented %s', (kind, invent, b) => {
  it('are aligned pairs of the wanted size, equal for equal seeds and different for others', async () => {
    const pair = await invent(Random.fromSeed(4), 96);
    expect([pair.a, pair.b].map(({ width, height, channels }) => [width, height, channels])).toEqual([
      [96, 96, 3],
      [96, 96, 3],
    ]);
    expect(await invent(Random.fromSeed(4), 96)).toEqual(pair);
    expect((await invent(Random.fromSeed(5), 96)).b.data).not.toEqual(pair.b.data);
    const { best } = registrationOf(pair.a, pair.b);
    expect(Math.max(Math.abs(best.right), Math.abs(best.down))).toBeLessThanOrEqual(1);
  });

  it('are of the expected kind', async () => {
    const { b: side } = await invent(Random.fromSeed(4), 256);
    expect(paletteOf({ image: side, alpha: false }).kind).toBe(b);
  });

  it('are written as data sets', async () => {
    const folder = join(await temporaryFolder(), kind);
    await writeSyntheticPairs(kind, folder, { train: 3, test: 2, size: 32, seed: 1 });
    expect((await openPairs(folder, { split: 'train' })).pairs).toHaveLength(3);
    expect(await readdir(join(folder, 'test'))).toEqual(['0001.png', '0002.png']);
    await expect(
      writeSyntheticPairs(kind, `${folder}2`, { train: 1, test: 0, size: 8, seed: 1 }),
    ).rejects.toThrow(`Cannot make ${kind} of 8 pixels: expected a whole number, 16 or more`);
  });
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { UserError } from '../core/errors.ts';
import { cropImage } from '../core/image.ts';
import { loadPair } from './pair.ts';
import type { PairFiles } from './pair-files.ts';

async function failure(files: PairFiles): Promise<string> {
  const error = await loadPair(files, 'AtoB').catch(error => error);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

describe('loadPair', () => {
  it('splits a side-by-side picture: A left, B right', async () => {
    const whole = testPicture(8, 4);
    const file = await savePicture(join(await temporaryFolder(), '1.png'), whole);
    const a = cropImage(whole, 0, 0, 4, 4);
    const b = cropImage(whole, 4, 0, 4, 4);
    expect(await loadPair({ name: '1', file }, 'AtoB')).toEqual({ name: '1', condition: a, target: b });
    expect(await loadPair({ name: '1', file }, 'BtoA')).toEqual({ name: '1', condition: b, target: a });
  });

  it('reads two files of the same size', async () => {
    const folder = await temporaryFolder();
    const a = await savePicture(join(folder, 'a.png'), testPicture(7, 5, 1));
    const b = await savePicture(join(folder, 'b.png'), testPicture(7, 5, 2));
    const pair = await loadPair({ name: 'a', a, b }, 'BtoA');
    expect(pair).toEqual({ name: 'a', condition: testPicture(7, 5, 2), target: testPicture(7, 5, 1) });
  });

  it('reports both sizes if they differ', async () => {
    const folder = await temporaryFolder();
    const a = await savePicture(join(folder, 'a.png'), testPicture(6, 4));
    const b = await savePicture(join(folder, 'b.png'), testPicture(4, 4));
    expect(await failure({ name: 'a', a, b })).toBe(
      `Cannot pair "${a}" (6×4) with "${b}" (4×4): both sides must have the same size; scale or crop one of them`,
    );
  });

  it('refuses a 1×1 picture', async () => {
    const file = await savePicture(join(await temporaryFolder(), '1.png'), testPicture(1, 1));
    const message = `Cannot use "${file}": it is 1×1, and a side needs 2×2 pixels or more; replace it`;
    expect(await failure({ name: '1', file })).toBe(message);
    expect(await failure({ name: '1', a: file, b: file })).toBe(message);
  });

  it.each([
    [8, 8],
    [9, 4],
    [7, 4],
    [4, 8],
  ])('refuses to halve %i×%i', async (width, height) => {
    const file = await savePicture(join(await temporaryFolder(), '1.png'), testPicture(width, height));
    expect(await failure({ name: '1', file })).toBe(
      `Cannot split "${file}" into sides A and B: it is ${width}×${height}, and a side-by-side pair is twice as ` +
        'wide as high; put sides of another shape into folders "trainA" and "trainB"',
    );
  });
});

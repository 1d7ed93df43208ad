import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWeights } from '../formats/safetensors.ts';
import { readWeights, writeWeights } from './weights-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

const weights = new Map([
  ['a', { shape: [3], data: Float32Array.of(1, 2, 3) }],
  // A view into a larger array, as optimisers hold them.
  ['b', { shape: [2, 1], data: new Float32Array([9, 4, 5, 9]).subarray(1, 3) }],
]);

describe('weights files', () => {
  it('hold what was written, replace an older file and leave no other file', async () => {
    const path = join(folder, 'w.safetensors');
    await writeFile(path, 'older');
    await writeWeights(path, weights, { epoch: '1' });
    expect(new Uint8Array(await readFile(path))).toEqual(encodeWeights(weights, { epoch: '1' }));
    const { tensors, metadata } = await readWeights(path);
    expect([...tensors.get('b')!.data]).toEqual([4, 5]);
    expect(metadata).toEqual({ epoch: '1' });
    expect(await readdir(folder)).toEqual(['w.safetensors']);
  });

  it('say in one line why they can’t be written or read', async () => {
    const path = join(folder, 'w.safetensors');
    await writeWeights(path, weights);
    await expect(writeWeights(join(path, 'below'), weights)).rejects.toThrow(
      /^Cannot make folder ".*w.safetensors": a file is in the way; name another$/,
    );
    await expect(writeWeights(folder, weights)).rejects.toThrow(
      /^Cannot write weights ".*": it is a folder$/,
    );
    await expect(readWeights(join(folder, 'none'))).rejects.toThrow(
      /^Cannot read weights ".*none": it does not exist$/,
    );
    await expect(readWeights(folder)).rejects.toThrow(/^Cannot read weights ".*": it is a folder$/);
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileHeader } from '../../src/images/decoding/image-header.ts';
import { peakMemoryOf, writeLargePicture } from '../reference/peak-memory.ts';
import { writeTinyModel } from '../reference/tiny-model.ts';

const isBuilt = existsSync(new URL('../../dist/cli/main.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-'));
});
afterAll(() => rm(folder, { recursive: true }));

// Scaled down; 20,000×20,000 pixels are in test/long/large-memory.test.ts.
describe.skipIf(!isBuilt)('translate (needs "npm run build")', () => {
  it('has a peak memory below the size of the decoded input and output', { timeout: 600_000 }, async () => {
    const [model, small, large] = ['model.onnx', 'small.tif', 'large.tif'].map(name => join(folder, name));
    const peakFor = (picture: string) =>
      peakMemoryOf('translate', model!, picture, '--out', join(folder, 'out'));
    await writeTinyModel(model!);
    await writeLargePicture(small!, 64, 64);
    await writeLargePicture(large!, 2400, 32_000);
    const [least, most] = [await peakFor(small!), await peakFor(large!)];
    console.log(`Peak memory: ${Math.round(least)} and ${Math.round(most)} MB`);
    expect(most - least).toBeLessThan((2 * 2400 * 32_000 * 3) / 2 ** 20);
    expect(await readFileHeader(join(folder, 'out/large.png'))).toMatchObject({
      width: 2400,
      height: 32_000,
    });
    expect(await readdir(join(folder, 'out'))).toEqual(['large.png', 'small.png']);
  });
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFileHeader } from '../../src/images/decoding/image-header.ts';
import { peakMemoryOf, writeLargePicture } from '../reference/peak-memory.ts';
import { writeTinyModel } from '../reference/tiny-model.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('20,000×20,000 pixels are translated within 2 GB', { timeout: 3_600_000 }, async () => {
  const [model, picture] = ['model.onnx', 'picture.tif'].map(name => join(folder, name));
  await writeTinyModel(model!, 4);
  await writeLargePicture(picture!, 20_000, 20_000);
  const peak = await peakMemoryOf('translate', model!, picture!, '--out', join(folder, 'out'));
  console.log(`Peak memory: ${Math.round(peak)} MB`);
  expect(peak).toBeLessThan(2000);
  expect(await readFileHeader(join(folder, 'out/picture.png'))).toMatchObject({
    width: 20_000,
    height: 20_000,
  });
  expect(await readdir(join(folder, 'out'))).toEqual(['picture.png']);
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { createImage } from '../../src/core/image.ts';
import { generatorModel } from '../../src/export/generator-model.ts';
import { openImageModel } from '../../src/export/image-model.ts';
import { decodePicture } from '../../src/images/decoding/decode.ts';
import { writePicture } from '../../src/images/encoding/encode.ts';
import { encodeModel } from '../../src/onnx/model.ts';
import { translateFile } from '../../src/translate/translate-file.ts';
import { createTranslator } from '../../src/translate/translator.ts';
import { trainedValues } from '../reference/export-variants.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('translates a large file in strips to the same result as in memory, and cleans up', async () => {
  const { config } = resolveConfig({
    preset: 'article',
    size: [64, 64],
    generator: { architecture: 'article', levels: 2, filters: 1 },
  });
  const { model, description } = generatorModel(config, trainedValues(config), {
    size: 'free',
    form: 'image',
  });
  const translator = createTranslator(await openImageModel(encodeModel(model), description));
  const image = createImage(6001, 2801);
  for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 7 + (i >> 9) * 31) % 256;
  const job = { input: join(folder, 'in.tif'), output: join(folder, 'out', 'in.png') };
  await writePicture(job.input, image);
  const progress: number[] = [];
  await translateFile(translator, job, { onProgress: done => progress.push(done) });
  const wanted = await translator.translate(image);
  await translator.close();
  const found = (await decodePicture(job.output)).image;
  expect([found.width, found.height, found.channels]).toEqual([6001, 2801, 3]);
  expect(Buffer.compare(Buffer.from(found.data.buffer), Buffer.from(wanted.data.buffer))).toBe(0);
  expect(progress.at(-1)).toBe(1);
  expect(progress.length).toBeGreaterThan(2);
  expect(await readdir(join(folder, 'out'))).toEqual(['in.png']);
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSamples, type Depth, type Image, type Samples } from '../src/core/image.ts';
import { Random } from '../src/core/random.ts';
import { loadEpochs } from '../src/data/loading/loader.ts';
import { openPairs } from '../src/data/pairing.ts';
import { multiply } from '../src/graph/index.ts';
import { decodePicture } from '../src/images/decoding/decode.ts';
import { writePicture } from '../src/images/encoding/encode.ts';
import { createRunFolder } from '../src/runs/run-folder.ts';
import { createTranslation } from '../src/train/networks.ts';
import { TrainingControl } from '../src/train/request.ts';
import { resolveConfigFor } from '../src/train/resolve-for-data.ts';
import { train } from '../src/train/trainer.ts';
import { translateFile } from '../src/translate/translate-file.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { collect, temporaryFolder } from './data-fixtures.ts';
import { expectToLearn, fewChannelCounts } from './reference/channel-counts.ts';

const bad = { skipBad: false, onSkip: () => {} };

function noisy(width: number, height: number, channels: number, depth: Depth): Image<Samples> {
  const random = Random.fromSeed(channels);
  const data = createSamples(depth, width * height * channels);
  for (let i = 0; i < data.length; i++)
    data[i] = depth === 32 ? random.uniform() : random.integer(2 ** depth);
  return { width, height, channels, data };
}

it('a 16-bit gray TIFF goes through loader, engine and translation with an error below one level', async () => {
  const folder = await temporaryFolder();
  // Every level there is, once.
  const ramp: Image<Samples> = {
    width: 256,
    height: 256,
    channels: 1,
    data: Uint16Array.from({ length: 65536 }, (_, i) => i),
  };
  for (const side of ['trainA', 'trainB']) await writePicture(join(folder, side, '1.tif'), ramp);
  const { pairs } = await openPairs(folder, { split: 'train' });
  const overrides = {
    preset: 'paper',
    augment: { jitter: 1, mirror: false },
    generator: { levels: 6, filters: 1 },
  };
  const { config, notes } = await resolveConfigFor(overrides, pairs);
  expect([config.channels, config.depth]).toEqual([
    { condition: 1, target: 1 },
    { condition: 16, target: 16 },
  ]);
  expect(notes).toContain('Translations are written in 16 bits, like the targets');

  const [batch] = await collect(loadEpochs(pairs, { ...config, ...bad }).epoch(0));
  const errors = Array.from(batch!.target, (value, i) => Math.abs((value + 1) * 32767.5 - ramp.data[i]!));
  expect(Math.max(...errors)).toBeLessThan(0.01);

  const identity = {
    generator: (_: unknown, condition: Parameters<typeof multiply>[0]) => multiply(condition, 1),
  };
  const translation = await createTranslation(config, {}, identity);
  const job = { input: join(folder, 'trainA/1.tif'), output: join(folder, 'out/1.tif') };
  await translateFile(
    {
      description: { input: { channels: 1, resampling: 'area' as const } },
      translate: image => translation.run(image, Random.fromSeed(0)),
      translateRows: () => {
        throw new Error('The picture is small');
      },
    },
    job,
  );
  await translation.release();
  expect((await decodePicture(job.output)).image).toEqual(ramp);
});

// Each number of channels on each side; the other pairs are in test/more/channels.test.ts.
describe.each(['unet', 'resnet'] as const)('%s', architecture => {
  it.each(fewChannelCounts)('learns from %i to %i channels', (condition, target) =>
    expectToLearn(architecture, condition, target),
  );
});

it('a run on five channels of 16 bits → two of floats trains, shows its samples, and translates', async () => {
  const folder = await temporaryFolder();
  for (const name of ['1', '2']) {
    await writePicture(join(folder, 'data/trainA', `${name}.tif`), noisy(32, 32, 5, 16));
    await writePicture(join(folder, 'data/trainB', `${name}.tif`), noisy(32, 32, 2, 32));
  }
  const runFolder = join(folder, 'run');
  const { pairs } = await openPairs(join(folder, 'data'), { split: 'train' });
  const small = {
    preset: 'paper',
    size: [32, 32] as [number, number],
    epochs: 1,
    channels: { target: 2 },
    generator: { filters: 2, levels: 3 },
    discriminator: { filters: 2, layers: 2 },
  };
  const { config } = await resolveConfigFor(small, pairs);
  expect([config.channels, config.depth]).toEqual([
    { condition: 5, target: 2 },
    { condition: 16, target: 32 },
  ]);
  await createRunFolder(runFolder, { force: false });
  await collect(
    train({ data: join(folder, 'data'), runFolder, config, skipBad: false }, new TrainingControl()),
  );

  const translator = await openTranslator(runFolder);
  const job = { input: join(folder, 'data/trainA/1.tif'), output: join(folder, 'out.tif') };
  await translateFile(translator, job);
  await translator.close();
  const { image } = await decodePicture(job.output);
  expect([image.channels, image.data.constructor, image.width]).toEqual([2, Float32Array, 32]);
});

import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigOverrides } from '../src/config/resolve-config.ts';
import { Pix2Pix } from '../src/pix2pix.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { listCheckpoints } from '../src/runs/checkpoint/read.ts';
import type { TrainEvent } from '../src/runs/events.ts';
import { openModel } from '../src/runs/model-files.ts';
import { resumeRequest } from '../src/train/resume-request.ts';
import { expectToResume, fivePairs } from './reference/resumed-run.ts';
import { finalState, follow, resume, smallConfig } from './reference/small-runs.ts';

const pairs = fivePairs();

/** Everything that has state between steps; further variants are in test/more/resume.test.ts. */
const variants: Record<string, ConfigOverrides> = {
  'dropout, jitter, shuffling, accumulated gradients, averaged weights, a plateau': {
    optimizer: { accumulate: 2, average: 0.9 },
    schedule: { course: 'plateau', patience: 2, factor: 0.5 },
  },
  'interpolated images for Wasserstein’s penalty, adamw, warm-up, clipping': {
    loss: { adversarial: 'wgan-gp' },
    generator: { norm: 'instance' },
    discriminator: { norm: 'instance' },
    optimizer: { method: 'adamw', weightDecay: 0.1, clipNorm: 1 },
    schedule: { course: 'cosine', warmUpEpochs: 1 },
  },
  'both updates at once, with spectral norm and dropout': {
    algorithm: 'simultaneous',
    discriminator: { norm: 'spectral' },
    loss: { featureMatching: 10 },
  },
};

it('Pix2Pix.resume continues a run, beyond its former limit', async () => {
  const { folder, data } = pairs;
  const { size, generator, discriminator } = smallConfig({ preset: 'article' });
  const create = (name: string) =>
    new Pix2Pix({
      preset: 'article',
      data,
      runFolder: join(folder, name),
      size,
      generator,
      discriminator,
    });
  const eventsOf = async (run: AsyncIterable<TrainEvent>) => {
    const events: TrainEvent[] = [];
    for await (const event of run) events.push(event);
    return events;
  };
  await eventsOf(create('class-through').train({ epochs: 2 }));
  await eventsOf(create('class').train({ epochs: 2, steps: 3 }));

  const model = new Pix2Pix({ data, runFolder: join(folder, 'class') });
  const events = await eventsOf(model.resume({ steps: null }));
  expect(events[0]).toMatchObject({ type: 'start', step: 3, totalSteps: 10 });
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', steps: 10 });
  expect(model.config).toMatchObject({ size, generator, epochs: 2, steps: null });
  expect(await finalState(join(folder, 'class'))).toEqual(await finalState(join(folder, 'class-through')));

  await expect(eventsOf(model.resume({ size: [64, 64] }))).rejects.toThrow(
    'from 32×32 to 64×64 while resuming',
  );
  await expect(eventsOf(create('nowhere').resume())).rejects.toThrow('it does not exist');
});

describe('a resumed run ends as an uninterrupted one, bit for bit', () => {
  it.each(Object.entries(variants))('%s', (_, overrides) => expectToResume(pairs.data, overrides));
});

describe('a refused resume leaves the run as it was', () => {
  const trainedRun = async (name: string) => {
    const runFolder = join(pairs.folder, name);
    await follow({ data: pairs.data, runFolder, config: smallConfig({ epochs: 1 }), skipBad: false });
    return runFolder;
  };

  it('if its training pairs have changed', async () => {
    const run = await trainedRun('other-pairs');
    const before = await readFile(join(run, 'config.json'), 'utf8');
    const others = join(pairs.folder, 'others');
    await writeSyntheticFacades(others, { train: 4, test: 1, size: 32, seed: 1 });
    const resumed = await resumeRequest(run, {}, others);
    await expect(follow(resumed.request)).rejects.toThrow(
      'the training pairs have changed (5 pairs then, now 4 pairs)',
    );
    expect(await readFile(join(run, 'config.json'), 'utf8')).toBe(before);
  });

  it('if an early version saved only its weights', async () => {
    const run = await trainedRun('early');
    const { path } = (await listCheckpoints(run)).at(-1)!;
    await mkdir(join(run, 'weights'));
    await copyFile(join(path, 'model.safetensors'), join(run, 'weights/step-0000005.safetensors'));
    await rm(join(run, 'checkpoints'), { recursive: true });
    const before = await readdir(run, { recursive: true });
    await expect(resume(run)).rejects.toThrow('an older version saved only its weights');
    expect(await readdir(run, { recursive: true })).toEqual(before);
    expect((await openModel(join(run, 'weights/step-0000005.safetensors'))).tensors.size).toBeGreaterThan(0);
  });
});

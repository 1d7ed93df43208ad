import { access, cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ConfigOverrides, resolveConfig } from '../src/config/resolve-config.ts';
import { openPairs } from '../src/data/pairing.ts';
import { metricNames } from '../src/metrics/index.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { checkpointPath } from '../src/runs/checkpoint/read.ts';
import type { TrainEvent, ValidationEvent } from '../src/runs/events.ts';
import { createRunFolder } from '../src/runs/run-folder.ts';
import { findStart } from '../src/train/resume.ts';
import { resumeRequest } from '../src/train/resume-request.ts';
import { openRunData, setAsideValidation } from '../src/train/run-data.ts';
import { startTraining } from '../src/train/start.ts';
import { collect, temporaryFolder } from './data-fixtures.ts';

/** A small run on twelve pairs, a quarter of them set aside and scored every four steps. */
async function run(overrides: ConfigOverrides): Promise<{ events: TrainEvent[]; runFolder: string }> {
  const folder = await temporaryFolder();
  const [data, runFolder] = [join(folder, 'facades'), join(folder, 'run')];
  await writeSyntheticFacades(data, { train: 12, test: 2, size: 32, seed: 0 });
  await createRunFolder(runFolder, { force: false });
  const { config } = resolveConfig({
    preset: 'paper',
    direction: 'BtoA',
    size: [32, 32],
    generator: { filters: 4 },
    discriminator: { filters: 4 },
    ...overrides,
    validation: { everySteps: 4, share: 0.25, ...overrides.validation },
  });
  return { events: await collect(startTraining({ data, runFolder, config, skipBad: false })), runFolder };
}

const isValidation = (event: TrainEvent): event is ValidationEvent => event.type === 'validation';

test('held-out pairs are scored during training, and the best checkpoint is kept', async () => {
  const { events, runFolder } = await run({ epochs: 3, checkpoints: { keep: 1 } });
  expect(events.find(({ type }) => type === 'start')).toMatchObject({ pairs: 9, totalSteps: 27 });
  const validations = events.filter(isValidation);
  expect(validations.map(({ step }) => step)).toEqual([4, 8, 12, 16, 20, 24]);
  for (const { pairs, values, path } of validations) {
    expect(pairs).toBe(3);
    expect(Object.keys(values)).toEqual(metricNames);
    await access(path);
  }
  const best = validations.findLast(({ isBest }) => isBest)!;
  expect(best.values.l1).toBe(Math.min(...validations.map(({ values }) => values.l1!)));
  const kept = (await readdir(join(runFolder, 'checkpoints'))).sort();
  const wanted = [...new Set([best.step, 27])].map(step => `step-${String(step).padStart(7, '0')}`);
  expect(kept).toEqual(wanted);
  const manifest = JSON.parse(
    await readFile(join(runFolder, 'checkpoints', kept.at(-1)!, 'checkpoint.json'), 'utf8'),
  );
  expect(manifest.best).toEqual({ metric: 'l1', value: best.values.l1, step: best.step });
});

test('a best checkpoint that is gone, as after a rollback, is forgotten', async () => {
  const { request } = await resumeRequest((await run({ epochs: 1 })).runFolder, {});
  const runData = await openRunData(request);
  const start = await findStart(request.runFolder, runData);
  await rm(checkpointPath(request.runFolder, start!.best!.step), { recursive: true });
  expect(await findStart(request.runFolder, runData)).toMatchObject({ position: { step: 9 }, best: null });
});

test('a run without improvement ends early, and scores equal weights equally', async () => {
  const { events } = await run({
    epochs: 20,
    optimizer: { learningRate: 1e-30 },
    generator: { filters: 4, norm: 'instance' },
    validation: { metric: 'ssim', patience: 2 },
  });
  const validations = events.filter(isValidation);
  expect(validations.map(({ step, isBest }) => [step, isBest])).toEqual([
    [4, true],
    [8, false],
    [12, false],
  ]);
  expect(new Set(validations.map(({ values }) => values.ssim)).size).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', steps: 12 });
});

test('the data’s val split is scored if there is one', async () => {
  const data = await temporaryFolder();
  await writeSyntheticFacades(data, { train: 4, test: 2, size: 32, seed: 0 });
  const { pairs } = await openPairs(data, { split: 'train' });
  const { config } = resolveConfig({ validation: { everySteps: 1, share: 0.5 } });
  expect((await setAsideValidation(data, pairs, config)).train).toHaveLength(2);
  await cp(join(data, 'test'), join(data, 'val'), { recursive: true });
  const { train, validation } = await setAsideValidation(data, pairs, config);
  expect([train.length, validation.length]).toEqual([4, 2]);
});

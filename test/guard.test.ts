import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import type { ConfigOverrides } from '../src/config/resolve-config.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { listCheckpoints, readTrainingState } from '../src/runs/checkpoint/read.ts';
import type { TrainEvent } from '../src/runs/events.ts';
import type { TrainRequest } from '../src/train/request.ts';
import { resumeRequest } from '../src/train/resume-request.ts';
import { follow, smallConfig } from './reference/small-runs.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guard-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 20, test: 3, size: 32, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

const guard = (action: RunConfig['guard']['action']): RunConfig['guard'] => ({
  action,
  steps: 20,
  factor: 0.5,
  rollbacks: 3,
});

type Trouble = Extract<TrainEvent, { readonly type: 'guard' }>['trouble'];

/** Trains, well or badly, until the guard notices what is `sought`: events, troubles, and what was thrown. */
async function train(name: string, overrides: ConfigOverrides, sought?: Trouble) {
  const runFolder = join(folder, name);
  const config = smallConfig({ epochs: 10, guard: guard('warn'), ...overrides });
  return outcome({ data, runFolder, config, skipBad: false }, sought);
}

/** Goes on with a run under other settings. */
async function goOn(name: string, changes: ConfigOverrides, sought?: Trouble) {
  return outcome((await resumeRequest(join(folder, name), changes)).request, sought);
}

async function outcome(request: TrainRequest, sought?: Trouble) {
  const events: TrainEvent[] = [];
  const thrown = await follow(request, (event, run) => {
    events.push(event);
    if (event.type === 'guard' && event.trouble === sought) run.stop();
  }).then(
    () => undefined,
    error => error,
  );
  const troubles = events.filter(event => event.type === 'guard');
  return { runFolder: request.runFolder, events, troubles, thrown };
}

describe('a guard detects', () => {
  it('losses that are NaN or infinite, ends the run at that step, and keeps the last checkpoint', async () => {
    const { runFolder, troubles, thrown } = await train('non-finite', {
      optimizer: { method: 'sgd', learningRate: 1e-3 },
      schedule: { course: 'step', stepEpochs: 2, factor: 1 },
      loss: { l1: 1e30 },
      checkpoints: { everySteps: 1 },
    });
    expect(troubles).toMatchObject([{ trouble: 'non-finite' }]);
    expect(thrown.message).toMatch(
      /^Cannot continue training after step \d+: .* NaN or infinite; try --learning-rate/,
    );
    for (const { path } of await listCheckpoints(runFolder)) {
      const { state } = await readTrainingState(path);
      for (const { data } of state.model.values()) expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  it('a discriminator that dominates', async () => {
    const { events, troubles, thrown } = await train(
      'won',
      {
        optimizer: { learningRate: 1e-9, discriminatorLearningRate: 1e-2 },
        discriminator: { filters: 8 },
        loss: { l1: 0 },
      },
      'discriminator-won',
    );
    expect(thrown).toBeUndefined();
    const won = troubles.find(({ trouble }) => trouble === 'discriminator-won')!;
    const losses = events.flatMap(event => (event.type === 'step' ? [event.discriminatorLoss] : []));
    const began = losses.findIndex(loss => loss < 0.02);
    expect(won.step - began).toBeGreaterThan(0);
    expect(won.step - began).toBeLessThan(120);
    expect(won.text).toContain('--discriminator-learning-rate 0.0025');
  });

  it('an output that has collapsed to a constant', async () => {
    const { troubles } = await train('flat', { loss: { gan: 0, totalVariation: 1e6, l1: 1 } }, 'flat-output');
    expect(troubles.map(({ trouble }) => trouble)).toContain('flat-output');
  });

  it('nothing in a healthy training, and a rising L1 error after the learning rate is raised', async () => {
    const settings = { loss: { gan: 0 }, optimizer: { learningRate: 2e-3 }, epochs: 5 };
    expect((await train('rising', settings)).troubles).toEqual([]);
    const { troubles } = await goOn('rising', { epochs: 10, optimizer: { learningRate: 20 } }, 'l1-rising');
    expect(troubles.map(({ trouble }) => trouble)).toContain('l1-rising');
    expect(troubles[0]!.step).toBeLessThan(100 + 120);
  });
});

describe('rolling back', () => {
  const mad = { method: 'sgd', learningRate: 1e6 } as const;

  it('returns to the beginning or to the last checkpoint, with a lower rate', async () => {
    const rescued = await train('rescued', {
      epochs: 1,
      optimizer: mad,
      guard: { ...guard('rollback'), factor: 1e-9 },
    });
    expect(rescued.thrown).toBeUndefined();
    expect(rescued.events.filter(({ type }) => type === 'rollback')).toEqual([
      { type: 'rollback', epoch: 0, step: 0, rate: 1e-9 },
    ]);
    expect(rescued.events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', steps: 20 });

    const again = await goOn('rescued', { epochs: 2, optimizer: { learningRate: 1e15 } });
    expect(again.events.find(({ type }) => type === 'rollback')).toMatchObject({ step: 20 });
    expect(again.events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', steps: 40 });
  });

  it('ends the run if it does not help', async () => {
    const { events, thrown } = await train('lost', {
      optimizer: mad,
      guard: { ...guard('rollback'), factor: 1 },
    });
    expect(events.filter(({ type }) => type === 'rollback')).toHaveLength(3);
    expect(thrown.message).toMatch(
      /^Cannot continue training after step \d+: .* start again with this change/,
    );
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import type { TrainEvent } from '../src/runs/events.ts';
import { createRunFolder } from '../src/runs/run-folder.ts';
import { startTraining, type TrainingRun } from '../src/train/start.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'control-'));
  await writeSyntheticFacades(join(folder, 'data'), { train: 4, test: 3, size: 32, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

async function start(name: string): Promise<TrainingRun> {
  const runFolder = join(folder, name);
  await createRunFolder(runFolder, { force: false });
  const { config } = resolveConfig({ preset: 'lite', size: [32, 32], epochs: 5, generator: { filters: 2 } });
  return startTraining({ data: join(folder, 'data'), runFolder, config, skipBad: false });
}

const typesOf = (events: readonly TrainEvent[]) => events.map(({ type }) => type);

it('a paused run waits until it is continued, and its clocks stand still', async () => {
  const run = await start('paused');
  const events: TrainEvent[] = [];
  for await (const event of run) {
    events.push(event);
    if (event.type === 'step' && event.step === 3) run.pause();
    if (event.type === 'pause') void sleep(2000).then(() => run.continue());
  }
  const at = typesOf(events).indexOf('pause');
  expect(events.slice(at, at + 2)).toEqual([
    { type: 'pause', step: 3 },
    { type: 'continue', step: 3 },
  ]);
  expect(events.filter(({ type }) => type === 'step')).toHaveLength(20);
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', steps: 20 });
  const seconds = events.flatMap(event => (event.type === 'epoch' ? [event.seconds] : []));
  expect(seconds[0]).toBeLessThan(2);
});

it('a paused run that is stopped saves and ends', async () => {
  const run = await start('stopped');
  const events: TrainEvent[] = [];
  for await (const event of run) {
    events.push(event);
    if (event.type === 'step') run.pause();
    if (event.type === 'pause') setImmediate(() => run.stop());
  }
  expect(
    typesOf(events)
      .filter(type => type !== 'note')
      .slice(-4),
  ).toContain('checkpoint');
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'stopped', steps: 1 });
});

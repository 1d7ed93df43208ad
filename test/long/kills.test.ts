import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import {
  assertReadable,
  fillDisk,
  liveAndDie,
  mountSmallDisk,
  nextCommand,
  runCommand,
  smallTraining,
} from '../reference/kill-campaign.ts';
import { finalState, loggedLosses } from '../reference/small-runs.ts';

let folder: string;
let data: string;
let through: string;
const training = () => smallTraining(data, 30);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kills-'));
  data = join(folder, 'data');
  through = join(folder, 'through');
  await writeSyntheticFacades(data, { train: 5, test: 3, size: 32, seed: 0 });
  expect(await runCommand(['train', ...training(), '--out', through])).toMatchObject({ status: 0 });
}, 3_600_000);
afterAll(() => rm(folder, { recursive: true }));

async function finish(run: string): Promise<void> {
  expect(await runCommand(await nextCommand(run, training()))).toMatchObject({ status: 0, stderr: '' });
  expect(await finalState(run)).toEqual(await finalState(through));
}

it('60 kills at random moments: every restart resumes, and the final weights are the same', async () => {
  const run = join(folder, 'killed');
  const random = Random.fromSeed(60);
  for (let kills = 0; kills < 60; kills++) {
    expect(await liveAndDie(run, training(), random)).toBe(true);
    await assertReadable(run);
  }
  await finish(run);
  expect(await loggedLosses(run)).toEqual(await loggedLosses(through));
}, 3_600_000);

it('20 times no room for a checkpoint, by a limit on file sizes: one line, and the previous one stays intact', async () => {
  const run = join(folder, 'limited');
  const random = Random.fromSeed(20);
  expect(await liveAndDie(run, training(), random)).toBe(true);
  for (let times = 0; times < 20; times++) {
    const refused = await runCommand(await nextCommand(run, training()), 1 + random.integer(130));
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toMatch(/^Cannot .*larger than.*\n$/);
    await assertReadable(run);
  }
  await finish(run);
}, 3_600_000);

it('20 times a full disk: one line, and the previous checkpoint stays intact', async context => {
  const disk = mountSmallDisk(join(folder, 'disk'));
  if (!disk) return context.skip('a tmpfs can be mounted by root only: sudo npm run test:long');
  try {
    const run = join(disk.path, 'run');
    const random = Random.fromSeed(21);
    expect(await liveAndDie(run, training(), random)).toBe(true);
    for (let times = 0; times < 20; times++) {
      const release = await fillDisk(disk.path, random.integer(200_000));
      const refused = await runCommand(await nextCommand(run, training()));
      expect(refused).toMatchObject({ status: 2 });
      expect(refused.stderr).toMatch(/^Cannot .*the disk is full.*\n$/);
      await release();
      await assertReadable(run);
    }
    await finish(run);
  } finally {
    disk.unmount();
  }
}, 3_600_000);

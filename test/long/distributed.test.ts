import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { childrenOf } from '../reference/bulk.ts';
import { campaignLog } from '../reference/campaign-log.ts';
import { assertReadable, isBuilt, moments, nextCommand, smallTraining } from '../reference/kill-campaign.ts';
import { launchers, processesOf, startTogether, trainTogether } from '../reference/mpi.ts';
import { finalState, loggedLosses } from '../reference/small-runs.ts';

const RANKS = 4;
const KILLS = 20;

let folder: string;
let training: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ranks-'));
  const data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 8, test: 2, size: 32, seed: 0 });
  // Two steps an epoch.
  training = [...smallTraining(data, 20), '--norm', 'instance', '--batch-size', `${RANKS}`];
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts the run, or resumes it, in all ranks. */
async function commandFor(run: string): Promise<string[]> {
  return [...(await nextCommand(run, training)).slice(1), '--threads', '1', '--device', 'cpu'];
}

/** The process that a rank's launcher started, or the one that this started to train in, or both. */
async function victimsOf(rank: number, run: string, random: Random): Promise<number[]> {
  let own = processesOf(rank, run);
  for (; own.length === 0; own = processesOf(rank, run)) await sleep(10);
  const trainers = own.flatMap(childrenOf);
  return [own, trainers.length > 0 ? trainers : own, [...trainers, ...own]][random.integer(3)]!;
}

describe.skipIf(!isBuilt || !existsSync('/proc')).each(launchers)(
  '$name (needs Linux, "npm run build", "$install")',
  launcher => {
    it.skipIf(launcher.program === null)(
      `${KILLS} kills of ${RANKS} ranks in turn: ends within 30 s, every restart resumes, and the final weights are the same`,
      { timeout: 4 * 3_600_000 },
      async () => {
        const note = campaignLog(`ranks-${launcher.name.replace(' ', '-')}`);
        const [run, through] = [join(folder, launcher.name), join(folder, `${launcher.name} through`)];
        expect(await trainTogether(launcher, RANKS, await commandFor(through))).toMatchObject({ status: 0 });
        note('trained without kills');
        const random = Random.fromSeed(RANKS);
        for (let kills = 0; kills < KILLS; kills++) {
          const { child, ended } = startTogether(launcher, RANKS, await commandFor(run));
          await moments[kills % moments.length]!(child, run, random);
          const victims = await victimsOf(kills % RANKS, run, random);
          const killed = performance.now();
          for (const id of victims) process.kill(id, 'SIGKILL');
          const { status, stderr } = await ended;
          const seconds = (performance.now() - killed) / 1000;
          await untilGone(run, killed);
          await assertReadable(run);
          const steps = existsSync(join(run, 'log.jsonl')) ? (await loggedLosses(run)).length : 0;
          note(
            `kill ${kills} of rank ${kills % RANKS} (${victims.length} processes): ended after ${seconds.toFixed(1)} s with status ${status}, at step ${steps}`,
          );
          expect(status).not.toBe(0);
          expect(seconds).toBeLessThan(30);
          expect(stderr).not.toMatch(/^\s+at /m);
        }
        expect(await trainTogether(launcher, RANKS, await commandFor(run))).toMatchObject({ status: 0 });
        expect(await finalState(run)).toEqual(await finalState(through));
        expect(await loggedLosses(run)).toEqual(await loggedLosses(through));
        note('finished, with the same weights');
      },
    );
  },
);

/** No process of the job is left 30 s after the kill. */
async function untilGone(run: string, killed: number): Promise<void> {
  const left = () => Array.from({ length: RANKS }, (_, rank) => processesOf(rank, run)).flat();
  while (left().length > 0 && performance.now() - killed < 30_000) await sleep(100);
  expect(left()).toEqual([]);
}

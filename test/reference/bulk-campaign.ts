import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/core/random.ts';
import { savePicture, testPicture } from '../data-fixtures.ts';
import type { TestServer } from './bulk.ts';
import { type Ended, startCommand } from './kill-campaign.ts';

/** Writes square pictures, a third of them into a subfolder. */
export async function savePictures(folder: string, count: number, size: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    await savePicture(join(folder, i % 3 ? '.' : 'deep', `${i}.png`), testPicture(size, size, i));
  }
}

/** Waits until `count` or more pictures are done. */
export async function untilDone(count: number, read: () => Promise<number>): Promise<void> {
  while ((await read()) < count) await sleep(100);
}

/** Pictures that are done, by what `bulk status --json` prints of the only campaign. */
export function doneOf(status: string): number {
  const { campaign, left } = JSON.parse(status).campaigns[0];
  return campaign.pictures - left;
}

export interface Faults {
  readonly workers: number;
  /** How many workers are killed with SIGKILL and started again. */
  readonly kills: number;
  /** Server that is stopped `outages` times, for so many milliseconds each. */
  readonly server: TestServer;
  readonly outages: number;
  readonly outage: number;
  /** Pictures of the campaign. The faults are spread over it, whatever its pace. */
  readonly pictures: number;
  /** How many of them are done. */
  readonly done: () => Promise<number>;
  /** Called with a line about each fault. */
  readonly note?: (line: string) => void;
}

/** Keeps workers going until all of them say that the queue is empty. Returns how these last ones ended. */
export async function workThroughFaults(
  args: readonly string[],
  { workers, kills, server, outages, outage, pictures, done, note = () => {} }: Faults,
): Promise<Ended[]> {
  const random = Random.fromSeed(workers + kills);
  const start = () => {
    const { child, ended } = startCommand(['bulk', 'work', '--until-empty', '--device', 'cpu', ...args]);
    const ready = Promise.race([once(child.stdout!, 'data'), ended]);
    return { child, ended, ready };
  };
  const running = Array.from({ length: workers }, start);
  const untilPictures = async (count: number) => {
    for (let now = await done(); now < count; now = await done()) {
      if (running.every(({ child }) => child.exitCode !== null)) {
        throw new Error(`All workers ended after ${now} of ${pictures} pictures`);
      }
      await sleep(200);
    }
  };
  const faults = kills + outages;
  for (let i = 0; i < faults; i++) {
    await untilPictures(Math.floor(((i + 0.5) * pictures) / faults));
    await sleep(1000 * random.uniform());
    if (Math.floor((i * outages) / faults) !== Math.floor(((i + 1) * outages) / faults)) {
      note(`stops the server for ${outage / 1000} s`);
      // A worker that starts meanwhile would be refused in one line, rightly.
      await Promise.all(running.map(({ ready }) => ready));
      await server.stop();
      await sleep(outage);
      await server.start();
      continue;
    }
    const victim = random.integer(workers);
    note(`kill ${i} of ${faults} faults: worker ${victim}, after ${await done()} pictures`);
    const { child, ended } = running[victim]!;
    // The worker's own process; the one that computes ends with it.
    child.kill('SIGKILL');
    await ended;
    running[victim] = start();
  }
  const ends = await Promise.all(running.map(({ ended }) => ended));
  note(`all workers have ended: ${ends.map(({ status }) => status).join(', ')}`);
  return ends;
}

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

export interface Faults {
  readonly workers: number;
  /** How many workers are killed with SIGKILL, at random moments, and started again. */
  readonly kills: number;
  /** Server that is stopped `outages` times, for so many milliseconds each. */
  readonly server: TestServer;
  readonly outages: number;
  readonly outage: number;
  /** Milliseconds between two faults, on average. */
  readonly pause: number;
}

/** Keeps workers going until all of them say that the queue is empty. Returns how these last ones ended. */
export async function workThroughFaults(
  args: readonly string[],
  { workers, kills, server, outages, outage, pause }: Faults,
): Promise<Ended[]> {
  const random = Random.fromSeed(workers + kills);
  const start = () => {
    const { child, ended } = startCommand(['bulk', 'work', '--until-empty', '--device', 'cpu', ...args]);
    child.stdout!.resume();
    return { child, ended };
  };
  const running = Array.from({ length: workers }, start);
  const faults = kills + outages;
  for (let i = 0; i < faults; i++) {
    await sleep(2 * pause * random.uniform());
    if (Math.floor((i * outages) / faults) !== Math.floor(((i + 1) * outages) / faults)) {
      await server.stop();
      await sleep(outage);
      await server.start();
      continue;
    }
    const victim = random.integer(workers);
    const { child, ended } = running[victim]!;
    if (child.exitCode !== null) break;
    // The worker's own process; the one that computes ends with it.
    child.kill('SIGKILL');
    await ended;
    running[victim] = start();
  }
  return Promise.all(running.map(({ ended }) => ended));
}

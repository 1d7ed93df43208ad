import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../src/files/folder.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import type { RunDetail } from '../../src/server/api.ts';
import {
  followers,
  healthTimes,
  median,
  memoryOf,
  pace,
  percentile,
  processorOf,
  translators,
} from './studio-load.ts';
import { ask, askUntil, type StudioProcess, startCommand } from './studio-server.ts';

/** What fifty followers cost. */
export interface FollowersReport {
  /** Training's pace with them, as a share of that without, one a round; and their median. */
  readonly shares: readonly number[];
  readonly share: number;
  /** What the server takes of one core, with and without them. */
  readonly processor: { readonly alone: number; readonly followed: number };
  readonly messages: number;
  readonly errors: readonly string[];
}

/** What eight translating clients cost besides. */
export interface TranslatorsReport {
  /** Training's pace, as a share of that without any client. */
  readonly share: number;
  readonly translations: number;
  /** Of `/health`, milliseconds. */
  readonly p95: number;
  /** Of all processes, MiB, at ten moments. */
  readonly memory: readonly number[];
  readonly errors: readonly string[];
}

/**
 * A small model in training at 64×64, followed by 50 clients in phases of so many seconds; phases without clients take
 * turns with them, so that what else the machine does cancels out.
 */
export function followersCampaign(folder: string, seconds: number, rounds: number): Promise<FollowersReport> {
  return whileTraining(folder, 'followed', async (server, log) => {
    const shares: number[] = [];
    const processor = { alone: 0, followed: 0 };
    const errors: string[] = [];
    let messages = 0;
    const phase = async (kind: 'alone' | 'followed') => {
      const before = await processorOf(server.child.pid!);
      const steps = await pace(log, 1000 * seconds);
      processor[kind] += ((await processorOf(server.child.pid!)) - before) / seconds / rounds;
      return steps;
    };
    for (let round = 0; round < rounds; round++) {
      const alone = await phase('alone');
      const crowd = followers(server, 'followed', 50);
      shares.push((await phase('followed')) / alone);
      await crowd.stop();
      errors.push(...crowd.errors);
      messages += crowd.done();
    }
    return { shares, share: median(shares), processor, messages, errors: [...errors, ...server.errors] };
  });
}

/** Likewise with 8 clients that translate, for so many seconds, after a fifth of that to get going. */
export function translatorsCampaign(folder: string, seconds: number): Promise<TranslatorsReport> {
  return whileTraining(folder, 'translating', async (server, log) => {
    const aside = (1000 * seconds) / 5;
    const before = await pace(log, aside);
    const crowd = followers(server, 'translating', 50);
    const workers = translators(server, 'translating', 8, await anyPicture(folder));
    await pace(log, aside);
    const memory: number[] = [];
    const watchMemory = async () => {
      for (let i = 0; i < 10; i++) {
        memory.push(await memoryOf(server.child.pid!));
        await new Promise(resolve => setTimeout(resolve, 100 * seconds));
      }
    };
    const [busy, times] = await Promise.all([
      pace(log, 1000 * seconds),
      healthTimes(server, 1000 * seconds),
      watchMemory(),
    ]);
    await workers.stop();
    await crowd.stop();
    const after = await pace(log, aside);
    return {
      share: busy / ((before + after) / 2),
      translations: workers.done(),
      p95: percentile(times, 0.95),
      memory,
      errors: [...crowd.errors, ...workers.errors, ...server.errors],
    };
  });
}

async function whileTraining<Report>(
  folder: string,
  name: string,
  measure: (server: StudioProcess, log: string) => Promise<Report>,
): Promise<Report> {
  const data = join(folder, 'facades');
  if (!(await exists(data))) await writeSyntheticFacades(data, { train: 200, test: 3, size: 64, seed: 0 });
  const server = await startCommand(folder);
  try {
    const config = {
      preset: 'lite',
      direction: 'BtoA',
      size: [64, 64],
      epochs: 100_000,
      minutes: null,
      generator: { filters: 8 },
    };
    await ask(server, '/api/runs', { dataset: 'facades', name, config });
    await askUntil<RunDetail>(server, `/api/runs/${name}`, ({ checkpoint }) => checkpoint !== null);
    return await measure(server, join(folder, 'runs', name, 'log.jsonl'));
  } finally {
    await server.stop('SIGKILL');
  }
}

async function anyPicture(folder: string): Promise<Uint8Array> {
  const test = join(folder, 'facades/test');
  return readFile(join(test, (await readdir(test))[0]!));
}

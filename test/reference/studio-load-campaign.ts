import { join } from 'node:path';
import sharp from 'sharp';
import { writeSyntheticFacades } from '../../src/data/synthesize.ts';
import type { RunDetail } from '../../src/server/api.ts';
import { followers, healthTimes, median, memoryOf, pace, percentile, translators } from './studio-load.ts';
import { ask, askUntil, startCommand } from './studio-server.ts';

/** What many clients cost. */
export interface LoadReport {
  /** Training's pace with followers, as a share of that without; and with translators besides. */
  readonly followed: number;
  readonly translating: number;
  readonly translations: number;
  readonly messages: number;
  /** Of `/health`, in the busiest phase, milliseconds. */
  readonly p95: number;
  /** Of all processes, MiB, early and late in that phase. */
  readonly memory: readonly [early: number, late: number];
  readonly errors: readonly string[];
}

/**
 * Trains a small model at 64×64 while 50 clients follow it, and while 8 translate besides. Phases with and without
 * clients take turns, so that what else the machine does cancels out. `seconds` is what each of `rounds` phases takes.
 */
export async function loadCampaign(folder: string, seconds: number, rounds: number): Promise<LoadReport> {
  await writeSyntheticFacades(join(folder, 'facades'), { train: 200, test: 3, size: 64, seed: 0 });
  const server = await startCommand(folder);
  try {
    const config = {
      preset: 'demo',
      size: [64, 64],
      epochs: 100_000,
      minutes: null,
      generator: { filters: 8 },
    };
    await ask(server, '/api/runs', { dataset: 'facades', name: 'model', config });
    await askUntil<RunDetail>(server, '/api/runs/model', ({ checkpoint }) => checkpoint !== null);
    const log = join(folder, 'runs/model/log.jsonl');
    const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#0030ff' } })
      .png()
      .toBuffer();
    const errors: string[] = [];
    const alone: number[] = [];
    const followed: number[] = [];
    let messages = 0;
    for (let round = 0; round < rounds; round++) {
      alone.push(await pace(log, 1000 * seconds));
      const crowd = followers(server, 'model', 50);
      followed.push(await pace(log, 1000 * seconds));
      await crowd.stop();
      errors.push(...crowd.errors);
      messages += crowd.done();
    }
    const crowd = followers(server, 'model', 50);
    const workers = translators(server, 'model', 8, picture);
    await pace(log, 1000 * seconds);
    const early = await memoryOf(server.child.pid!);
    const [busy, times] = await Promise.all([
      pace(log, 1000 * seconds * rounds),
      healthTimes(server, 1000 * seconds * rounds),
    ]);
    const late = await memoryOf(server.child.pid!);
    await workers.stop();
    await crowd.stop();
    errors.push(...crowd.errors, ...workers.errors, ...server.errors);
    const after = await pace(log, 1000 * seconds);
    return {
      followed: median(followed.map((each, i) => each / alone[i]!)),
      translating: busy / median([...alone, after]),
      translations: workers.done(),
      messages,
      p95: percentile(times, 0.95),
      memory: [early, late],
      errors,
    };
  } finally {
    await server.stop('SIGKILL');
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import {
  assertReadable,
  isBuilt,
  liveAndDie,
  moments,
  nextCommand,
  runCommand,
  smallTraining,
} from '../reference/kill-campaign.ts';
import { finalState, loggedLosses } from '../reference/small-runs.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kills-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 5, test: 3, size: 32, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

// A sample of test/long/kills.test.ts.
describe.skipIf(!isBuilt)('a training that is killed again and again (needs "npm run build")', () => {
  it('resumes each time, and ends with the weights of an uninterrupted one', async () => {
    const [through, killed] = [join(folder, 'through'), join(folder, 'killed')];
    const training = smallTraining(data, 4);
    expect(await runCommand(['train', ...training, '--out', through])).toMatchObject({ status: 0 });
    const random = Random.fromSeed(1);
    for (const moment of moments) {
      expect(await liveAndDie(killed, training, random, moment)).toBe(true);
      await assertReadable(killed);
    }
    expect(await runCommand(await nextCommand(killed, training))).toMatchObject({ status: 0, stderr: '' });
    expect(await finalState(killed)).toEqual(await finalState(through));
    expect(await loggedLosses(killed)).toEqual(await loggedLosses(through));
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ConfigOverrides } from '../../src/config/resolve-config.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { finalState, follow, loggedLosses, resume, smallConfig, stopAfter } from './small-runs.ts';

/** A folder with a data set of five training pairs, for the tests of a file. Its paths are empty before the first test. */
export function fivePairs(): { folder: string; data: string } {
  const paths = { folder: '', data: '' };
  beforeAll(async () => {
    paths.folder = await mkdtemp(join(tmpdir(), 'resume-'));
    paths.data = join(paths.folder, 'data');
    await writeSyntheticFacades(paths.data, { train: 5, test: 3, size: 40, seed: 0 });
  });
  afterAll(() => rm(paths.folder, { recursive: true }));
  return paths;
}

/** A run on five pairs that is stopped twice and resumed ends as one that is not, bit for bit. */
export async function expectToResume(data: string, overrides: ConfigOverrides): Promise<void> {
  const config = smallConfig(overrides);
  const runs = await mkdtemp(join(dirname(data), 'runs-'));
  const [through, broken] = [join(runs, 'through'), join(runs, 'broken')];
  await follow({ data, runFolder: through, config, skipBad: false });
  const wanted = { ...(await finalState(through)), losses: await loggedLosses(through) };
  expect(wanted.losses).toHaveLength(10);

  await follow({ data, runFolder: broken, config, skipBad: false }, stopAfter(3));
  await resume(broken, stopAfter(5));
  const events = await resume(broken);
  expect(events[0]).toMatchObject({ type: 'start', step: 5, totalSteps: 10 });
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', steps: 10 });
  expect({ ...(await finalState(broken)), losses: await loggedLosses(broken) }).toEqual(wanted);
}

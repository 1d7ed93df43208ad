import { mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { ConfigOverrides } from '../../src/config/resolve-config.ts';
import { finalState, follow, loggedLosses, resume, smallConfig, stopAfter } from './small-runs.ts';

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

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConfigOverrides, resolveConfig } from '../src/config/resolve-config.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import type { TrainEvent } from '../src/runs/events.ts';
import { openModel } from '../src/runs/model-files.ts';
import { trainingStep } from '../src/step/algorithms.ts';
import { follow, resume, smallConfig, stopAfter } from './reference/small-runs.ts';

let folder: string;
let base: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fine-tune-'));
  base = join(folder, 'base');
  for (const [name, size, seed] of [
    ['data', 32, 0],
    ['other', 64, 9],
  ] as const) {
    await writeSyntheticFacades(join(folder, name), { train: 4, test: 3, size, seed });
  }
  const config = smallConfig({ epochs: 1, optimizer: { average: 0.9 } });
  await follow({ data: join(folder, 'data'), runFolder: base, config, skipBad: false });
});
afterAll(() => rm(folder, { recursive: true }));

async function request(name: string, overrides: ConfigOverrides) {
  const { config } = resolveConfig(overrides, (await openModel(base)).config);
  return { data: join(folder, 'other'), runFolder: join(folder, name), config, skipBad: false, from: base };
}

const notesOf = (events: readonly TrainEvent[]) =>
  events.flatMap(event => (event.type === 'note' ? [event.text] : []));

it('starts from a model’s weights with other data at another size, and keeps frozen layers', async () => {
  const tuning = await request('tuned', { size: [64, 64], freeze: 'G/down*,D/output' });
  const events = await follow(tuning, stopAfter(2));
  expect(notesOf(events)).toEqual([]);
  await resume(tuning.runFolder);
  const [before, after] = [await openModel(base), await openModel(tuning.runFolder)];
  expect(after.config.size).toEqual([64, 64]);
  const changed = [...after.tensors]
    .filter(([name, { data }]) => data.some((value, i) => value !== before.tensors.get(name)!.data[i]))
    .map(([name]) => name);
  const kept = [...after.tensors.keys()].filter(name => !changed.includes(name));
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.every(name => /^(G\/down|D\/output)/.test(name))).toBe(true);
  expect(changed.some(name => /^(G\/down|D\/output)/.test(name))).toBe(false);
});

it('builds no gradients for frozen layers', () => {
  const names = (freeze: string | null) =>
    Object.keys(trainingStep({ ...smallConfig(), freeze }).passes.fool!.outputs).filter(name =>
      name.includes('G/down'),
    );
  expect(names(null).length).toBeGreaterThan(0);
  expect(names('G/down*')).toEqual([]);
});

it('initialises a new discriminator if the model’s does not fit', async () => {
  const events = await follow(
    await request('other discriminator', { discriminator: { filters: 3 } }),
    stopAfter(1),
  );
  expect(notesOf(events)).toContainEqual(expect.stringMatching(/^The discriminator is trained from scratch/));
});

it('refuses another generator and patterns that match nothing, in a line', async () => {
  await expect(follow(await request('wider', { generator: { filters: 3 } }))).rejects.toThrow(
    /^Cannot start from ".*": its generator has other weights than these settings need: --filters \(3, it has \d\); leave them out$/,
  );
  await expect(follow(await request('idle', { freeze: 'G/dwn*' }))).rejects.toThrow(
    /^Cannot freeze "G\/dwn\*": no variable has this name; layers are G\/down1, /,
  );
});

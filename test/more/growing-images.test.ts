import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import { Random } from '../../src/core/random.ts';
import { loadEpochs } from '../../src/data/loading/loader.ts';
import { openPairs } from '../../src/data/pairing.ts';
import { decodeWeights } from '../../src/formats/safetensors.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import type { TrainEvent } from '../../src/runs/events.ts';
import { wasm } from '../../src/runtime/device.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createResidentTrainee } from '../../src/step/resident/trainee.ts';
import { learningRateAt } from '../../src/step/schedule.ts';
import type { Trainee } from '../../src/step/trainee.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { collect } from '../data-fixtures.ts';
import { hand } from '../reference/same-steps.ts';
import { finalState, follow, loggedLosses, resume, smallConfig, stopAfter } from '../reference/small-runs.ts';
import { pairOf } from '../reference/training-fixture.ts';

/** Two epochs of 3 steps: the first step at 32 pixels, 3 at 48, into the second epoch, and 2 at 64. */
const config = smallConfig({
  size: [64, 64],
  grow: '32:20%,48:50%',
  // An update may have gradients of two sizes.
  optimizer: { accumulate: 2, average: 0.9 },
  schedule: { constantEpochs: 1 },
});
const sizes = [32, 48, 48, 48, 64, 64];
const atSize = (side: number): RunConfig => ({ ...config, size: [side, side] });

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'growing-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 3, test: 3, size: 80, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

/** Pairs of step and size, as the events name them. */
const sizesIn = (events: readonly TrainEvent[]) =>
  events.flatMap(event => (event.type === 'size' ? [[event.step, event.size[0]]] : []));

describe('a run whose images grow', () => {
  it('equals networks that are rebuilt at each size with the previous state', async () => {
    const runFolder = join(folder, 'through');
    const events = await follow({ data, runFolder, config, skipBad: false });
    expect(sizesIn(events)).toEqual([
      [0, 32],
      [1, 48],
      [4, 64],
    ]);
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(2);
    // The first epoch ends at 48 pixels, its pictures have the last size.
    const grids = events.flatMap(event =>
      event.type === 'sample' && event.kind === 'grid' ? [event.path] : [],
    );
    const [first, last] = await Promise.all(grids.map(widthOf));
    expect(first).toBeGreaterThan(3 * 64);
    expect(first).toBe(last);

    const { pairs } = await openPairs(data, { split: 'train' });
    let trainee: Trainee | null = null;
    const losses: unknown[] = [];
    for (const [i, side] of sizes.entries()) {
      const [epoch, batch] = [Math.floor(i / 3), i % 3];
      if (side !== sizes[i - 1]) {
        const next: Trainee = await createTrainee(atSize(side), Random.fromSeed(trainee ? 9 : config.seed));
        if (trainee) await hand(trainee, next);
        await trainee?.release();
        trainee = next;
      }
      const source = loadEpochs(pairs, { ...atSize(side), skipBad: false, onSkip: () => {} });
      const [pair] = await collect(source.epoch(epoch, batch));
      const { discriminator, generator, l1 } = await trainee!.step(
        pair!,
        learningRateAt(config, epoch + batch / 3),
      );
      losses.push([i + 1, epoch, batch, discriminator, generator, l1]);
    }
    expect(await loggedLosses(runFolder)).toEqual(losses);
    const { model } = await finalState(runFolder);
    const { tensors } = decodeWeights(model, 'model');
    expect([...tensors.keys()]).toEqual([...trainee!.state.model.keys()]);
    for (const [name, { data }] of trainee!.state.model) expect(tensors.get(name)!.data, name).toEqual(data);
    await trainee!.release();
  });

  it('ends bit-identical if it is stopped and resumed after every step', async () => {
    const runFolder = join(folder, 'broken');
    const events = await follow({ data, runFolder, config, skipBad: false }, stopAfter(1));
    for (let step = 2; step < 6; step++) events.push(...(await resume(runFolder, stopAfter(step))));
    events.push(...(await resume(runFolder)));
    // Each start names the size.
    expect(sizesIn(events)).toEqual(sizes.map((side, step) => [step, side]));
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished', steps: 6 });
    const through = join(folder, 'through');
    expect(await finalState(runFolder)).toEqual(await finalState(through));
    expect(await loggedLosses(runFolder)).toEqual(await loggedLosses(through));
  });
});

describe.each<[string, () => Promise<Trainee>]>([
  ['with a program for each pass', () => createTrainee(atSize(32), Random.fromSeed(1), { threads: 1 })],
  [
    'as one program that keeps its state',
    () =>
      createResidentTrainee(nodeRuntime, { ...wasm, provider: 'cpu' }, atSize(32), Random.fromSeed(1), {
        threads: 1,
      }),
  ],
])('a trainee %s', (_, create) => {
  it('keeps its state when resized and resized back', async () => {
    const trainee = await create();
    await trainee.step(pairOf(atSize(32), 0), 2e-4);
    await trainee.pull();
    const before = copyOf(trainee);
    await trainee.resize([64, 64]);
    expect(trainee.size).toEqual([64, 64]);
    expect(copyOf(trainee)).toEqual(before);

    const other = await create();
    await hand(trainee, other);
    await trainee.resize([32, 32]);
    for (const each of [trainee, other]) {
      await each.step(pairOf(atSize(32), 1), 2e-4);
      await each.pull();
    }
    expect(copyOf(trainee)).toEqual(copyOf(other));
    expect(copyOf(trainee)).not.toEqual(before);
    await other.release();
    await trainee.release();
    await trainee.release();
  });
});

/** In pixels, of a PNG. */
async function widthOf(path: string): Promise<number> {
  return (await readFile(path)).readUInt32BE(16);
}

function copyOf({ state }: Trainee): unknown {
  const streams = Object.entries(state.streams).map(([name, stream]) => [name, stream.state()]);
  const { model, optimizerState, counts } = state;
  return structuredClone({ model, optimizerState, counts, streams });
}

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { presets } from '../../config/presets.ts';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';
import {
  checkpointsFolder,
  DamagedCheckpoint,
  listCheckpoints,
  readModel,
  readTrainingState,
} from './read.ts';
import { pruneCheckpoints, sweepCheckpoints, writeCheckpoint } from './write.ts';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rm(run, { recursive: true }));

const training: NonNullable<Manifest['training']> = {
  pairs: '5 pairs',
  log: 100,
  seconds: 1.5,
  epochSeconds: 0.5,
  counts: { updates: { generator: 7, discriminator: 8 }, plateau: { average: null } },
  streams: { dropout: [1, -2, 3, 4, 5] },
};
const tensor = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });
const model = new Map([['G/out/kernel', tensor(1, -0, 3)]]);
const optimizerState = new Map([['G/out/kernel: first moment', tensor(0.5, 0.25, 0)]]);

function save(step: number, content: Partial<Parameters<typeof writeCheckpoint>[1]> = {}): Promise<string> {
  const manifest = { config: presets.demo, position: { epoch: 1, batch: 2, step }, best: null, training };
  return writeCheckpoint(run, { manifest, model, optimizerState, ...content });
}

describe('a checkpoint', () => {
  it('returns everything that was saved', async () => {
    const { manifest, state } = await readTrainingState(await save(7));
    expect(manifest).toMatchObject({
      config: presets.demo,
      position: { epoch: 1, batch: 2, step: 7 },
      training,
    });
    expect(state).toEqual({ model, optimizerState, counts: training.counts, streams: training.streams });
    expect(Object.is(state.model.get('G/out/kernel')!.data[1], -0)).toBe(true);
  });

  it('of a step that was saved before is not overwritten', async () => {
    const path = await save(7);
    await save(7, { model: new Map([['G/out/kernel', tensor(9, 9, 9)]]) });
    expect((await readModel(path)).model).toEqual(model);
    expect(await readdir(checkpointsFolder(run))).toEqual(['step-0000007']);
  });

  it('of a model only can be used, but not resumed', async () => {
    const manifest = {
      config: presets.demo,
      position: { epoch: 0, batch: 0, step: 0 },
      best: null,
      training: null,
    };
    const path = await save(0, { manifest, optimizerState: null });
    expect((await readModel(path)).model).toEqual(model);
    await expect(readTrainingState(path)).rejects.toThrow(/without training state; .* --from/);
  });

  it('is refused in one line if any byte was changed, removed or added', async () => {
    const path = await save(7);
    for (const file of await readdir(path)) {
      const whole = await readFile(join(path, file));
      const at = Math.floor(whole.length / 2);
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1;
      for (const damaged of [
        flipped,
        whole.subarray(0, at),
        Buffer.concat([whole, Buffer.from('x')]),
        Buffer.of(),
      ]) {
        await writeFile(join(path, file), damaged);
        const read = readTrainingState(path);
        // A blank line more in the list of checksums says the same.
        if (file === 'SHA256SUMS' && damaged.length > whole.length) await read;
        else await expect(read).rejects.toThrow(DamagedCheckpoint);
      }
      await rm(join(path, file));
      await expect(readTrainingState(path)).rejects.toThrow(DamagedCheckpoint);
      await writeFile(join(path, file), whole);
    }
    await readTrainingState(path);
  });

  it('of a newer format is refused with the reason', () => {
    const manifest = {
      config: presets.demo,
      position: { epoch: 0, batch: 0, step: 0 },
      best: null,
      training: null,
    };
    const newer = encodeManifest(manifest).replace('"format": 1', '"format": 2');
    expect(() => decodeManifest(newer, '"x"')).toThrow(/wrote it in format 2, and version .* reads up to 1/);
  });
});

describe('checkpoints of a run', () => {
  it('are listed by step, and pruned except the newest, the best and the last sound one', async () => {
    for (const step of [20_000_000, 400, 5, 30, 200]) await save(step);
    const steps = async () => (await listCheckpoints(run)).map(({ step }) => step);
    expect(await steps()).toEqual([5, 30, 200, 400, 20_000_000]);
    await pruneCheckpoints(run, 1, { metric: 'l1', value: 0.2, step: 30 }, 399);
    expect(await steps()).toEqual([30, 200, 20_000_000]);
  });

  it('do not include what a killed process left incomplete', async () => {
    await save(7);
    const half = join(checkpointsFolder(run), '.writing-1');
    await writeFile(half, '');
    expect(await listCheckpoints(run)).toHaveLength(1);
    await sweepCheckpoints(run);
    expect(await readdir(checkpointsFolder(run))).toEqual(['step-0000007']);
  });
});

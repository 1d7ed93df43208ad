import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { presets } from './presets.ts';
import { writeConfig } from './run-config-file.ts';
import { createRunFolder, runPaths } from './run-folder.ts';
import { latestWeights, listWeights, pruneWeights, resolveModel, weightsPath } from './saved-weights.ts';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'run-'));
  await createRunFolder(run, { force: false });
});
afterEach(() => rm(run, { recursive: true }));

const save = (step: number) => writeFile(weightsPath(run, step), '');

describe('saved weights', () => {
  it('are listed by step, however many digits it has, and nothing else is', async () => {
    for (const step of [20_000_000, 400, 5]) await save(step);
    await writeFile(join(runPaths(run).weights, 'mine.safetensors'), '');
    expect((await listWeights(run)).map(({ step }) => step)).toEqual([5, 400, 20_000_000]);
    expect(await latestWeights(run)).toBe(weightsPath(run, 20_000_000));
  });

  it('are pruned to the last three', async () => {
    for (const step of [1, 2, 3, 4, 5]) await save(step);
    await pruneWeights(run);
    expect((await listWeights(run)).map(({ step }) => step)).toEqual([3, 4, 5]);
    await pruneWeights(run);
    expect(await listWeights(run)).toHaveLength(3);
  });

  it('may be missing', async () => {
    await expect(latestWeights(run)).rejects.toThrow('it has no weights yet');
  });
});

describe('resolveModel', () => {
  it('takes a run folder or a weights file in it', async () => {
    await writeConfig(run, presets.demo);
    await save(1);
    await save(2);
    expect(await resolveModel(run)).toEqual({ runFolder: run, weights: weightsPath(run, 2) });
    expect(await resolveModel(weightsPath(run, 1))).toEqual({ runFolder: run, weights: weightsPath(run, 1) });
  });

  it('says what else was passed', async () => {
    await expect(resolveModel(join(run, 'nope'))).rejects.toThrow(/: it does not exist; pass a run folder/);
    await expect(resolveModel(run)).rejects.toThrow('the folder is no run');
    await save(1);
    await expect(resolveModel(weightsPath(run, 1))).rejects.toThrow('no config.json of a run lies beside it');
    await writeFile(join(run, 'photo.png'), '');
    await expect(resolveModel(join(run, 'photo.png'))).rejects.toThrow(
      'pass a run folder or one of its .safetensors files',
    );
  });
});

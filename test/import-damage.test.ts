import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWeights } from '../src/formats/safetensors.ts';
import { readModel } from '../src/import/read-model.ts';
import {
  builtReader,
  damageCampaign,
  goldenFiles,
  type Outcome,
  unpack,
} from './reference/damage-campaign.ts';

// A sample; the whole campaign is test/long/damage.test.ts.

const torch = goldenFiles('test/goldens/pytorch-checkpoints');
const keras = goldenFiles('test/goldens/keras-weights').filter(([name]) => name !== 'short.h5');
const built = await builtReader();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'damage-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('damaged files are refused in a line, or read where only numbers differ', () => {
  it('PyTorch’s', async () => {
    expectHarmless(await damageCampaign(torch, 300, folder, readModel));
  });

  it('safetensors', async () => {
    const path = unpack(torch, 'unet-32-none.pth', folder);
    const weights = encodeWeights((await readModel(path)).tensors);
    expectHarmless(await damageCampaign([['a.safetensors', weights]], 100, folder, readModel));
  });

  it.skipIf(!built)('Keras’ (needs "npm run build")', async () => {
    expectHarmless(await damageCampaign(keras, 14, folder, built!));
  });
});

function expectHarmless(outcomes: readonly Outcome[]): void {
  expect(outcomes.filter(({ flaw }) => flaw !== null)).toEqual([]);
  expect(outcomes.filter(({ milliseconds }) => milliseconds > 5000)).toEqual([]);
  expect(outcomes.some(({ refusal }) => refusal !== null)).toBe(true);
}

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/export/onnx-file.ts';
import { importModel } from '../../src/import/import-model.ts';
import { readModel } from '../../src/import/read-model.ts';
import { openModel } from '../../src/runs/model-files.ts';
import { openTranslator } from '../../src/translate/translator.ts';
import {
  builtReader,
  damageCampaign,
  type GoldenFile,
  goldenFiles,
  type Outcome,
  unpack,
} from '../reference/damage-campaign.ts';

// 5,000 damaged files; samples of them are in test/import-damage.test.ts.

const torch = goldenFiles('test/goldens/pytorch-checkpoints');
const keras = goldenFiles('test/goldens/keras-weights').filter(([name]) => name !== 'short.h5');
const built = await builtReader();

let folder: string;
let checkpoint: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'damage-'));
  const run = join(folder, 'run');
  await importModel(unpack(torch, 'unet-32-none.pth', folder), { out: run, force: false, statistics: null });
  checkpoint = join(run, 'checkpoints/step-0000000');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('damaged files are refused in a line, or read where only numbers differ', () => {
  it('2,000 of PyTorch', async () => {
    conclude('PyTorch', await damageCampaign(torch, 2000, folder, readModel));
  });

  it('1,500 safetensors', async () => {
    const weights: GoldenFile[] = [
      ['model.safetensors', readFileSync(join(checkpoint, 'model.safetensors'))],
    ];
    conclude('safetensors', await damageCampaign(weights, 1500, folder, readModel));
  });

  it('600 checkpoints', async () => {
    const files = ['checkpoint.json', 'model.safetensors', 'SHA256SUMS'];
    const originals = files.map((name): GoldenFile => [name, readFileSync(join(checkpoint, name))]);
    const outcomes = await damageCampaign(originals, 600, folder, async path => {
      const copy = join(folder, 'copy');
      rmSync(copy, { recursive: true, force: true });
      cpSync(checkpoint, copy, { recursive: true });
      cpSync(path, join(copy, files.find(name => path.endsWith(name))!));
      return openModel(copy);
    });
    conclude('checkpoints', outcomes);
  });

  it('400 ONNX files', async () => {
    const path = join(folder, 'model.onnx');
    await writeOnnx(join(folder, 'run'), path, { size: 'free', form: 'tensors' });
    const model: GoldenFile[] = [['model.onnx', readFileSync(path)]];
    const outcomes = await damageCampaign(model, 400, folder, async path => {
      await (await openTranslator(path)).close();
      return { tensors: new Map() };
    });
    conclude('ONNX', outcomes);
  });

  it.skipIf(!built)('500 of Keras (needs "npm run build")', { timeout: 3_600_000 }, async () => {
    conclude('Keras', await damageCampaign(keras, 500, folder, built!, 3));
  });
});

function conclude(what: string, outcomes: readonly Outcome[]): void {
  const refused = outcomes.filter(({ refusal }) => refusal !== null).length;
  const slowest = Math.max(...outcomes.map(({ milliseconds }) => milliseconds));
  console.log(
    `${what}: ${refused} of ${outcomes.length} refused, the slowest after ${Math.round(slowest)} ms`,
  );
  expect(outcomes.filter(({ flaw }) => flaw !== null)).toEqual([]);
  expect(slowest).toBeLessThan(what === 'Keras' ? 10_000 : 5000);
}

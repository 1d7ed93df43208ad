import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../src/config/config.ts';
import { presets } from '../src/config/presets.ts';
import { encodeWeights, type WeightsMap } from '../src/formats/safetensors.ts';
import { readTorch } from '../src/import/pytorch.ts';
import { readModel } from '../src/import/read-model.ts';
import { refusing } from '../src/import/refuse.ts';
import { inferenceMode } from '../src/nn/layers.ts';
import { generatePass } from '../src/step/graphs.ts';
import { variableValues } from './reference/named-values.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const { article, paper, hd } = presets;
const generators: Readonly<Record<string, RunConfig>> = {
  article: sized(article, { filters: 2, levels: 4 }),
  'article without norms': sized(article, { filters: 2, levels: 4, norm: 'none' }),
  paper: sized(paper, { filters: 2, levels: 5 }),
  'paper, gray to RGBA': {
    ...sized(paper, { filters: 3, levels: 5 }),
    channels: { condition: 1, target: 4 },
  },
  'paper, resized, instance norm': sized(paper, {
    filters: 2,
    levels: 5,
    upsampling: 'resize',
    norm: 'instance',
  }),
  'paper without skips and norms': sized(paper, { filters: 2, levels: 5, skips: false, norm: 'none' }),
  hd: sized(hd, { filters: 2, levels: 2, blocks: 3 }),
  'hd, resized, batch norm': sized(hd, {
    filters: 2,
    levels: 3,
    blocks: 2,
    upsampling: 'resize',
    norm: 'batch',
  }),
};

describe.each(Object.entries(generators))('our safetensors of %s', (_, config) => {
  const tensors = tensorsOf(config);

  it('come back with their config', async () => {
    const path = write(tensors, { config: JSON.stringify(config) });
    await expect(readModel(path)).resolves.toMatchObject({ config, tensors });
  });

  it('are recognised without their config', async () => {
    const model = await readModel(write(tensors));
    const { architecture, filters, levels, norm, upsampling, skips } = config.generator;
    expect(model.config.generator).toMatchObject({ architecture, filters, levels, norm, upsampling, skips });
    expect(model.config.channels).toEqual(config.channels);
    expect(model.tensors).toEqual(tensors);
  });
});

it('safetensors with PyTorch’s names are read as its state dicts', async () => {
  const bytes = new Uint8Array(
    gunzipSync(readFileSync('test/goldens/pytorch-checkpoints/unet-32-none.pth.gz')),
  );
  const state = join(folder, 'unet.pth');
  writeFileSync(state, bytes);
  const named = new Map(
    [...readTorch(bytes, refusing(state))].map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: tensor.read() },
    ]),
  );
  expect((await readModel(write(named))).tensors).toEqual((await readModel(state)).tensors);
});

it.each([
  ['no tensors', new Map(), /holds no tensors/],
  [
    'a discriminator',
    new Map([
      ['model.0.weight', tensor(8, 6, 4, 4)],
      ['model.2.weight', tensor(16, 8, 4, 4)],
    ]),
    /looks like a discriminator; pass the generator/,
  ],
  [
    'another network',
    new Map([['classifier.weight', tensor(2, 2)]]),
    /1 tensors \("classifier.weight", …\) are not those of a generator/,
  ],
  [
    'two generators',
    new Map([
      ['A.model.model.0.weight', tensor(2, 3, 4, 4)],
      ['B.model.model.0.weight', tensor(2, 3, 4, 4)],
    ]),
    /holds 2 generators, "A.", "B."/,
  ],
  [
    'too many channels',
    new Map([['model.model.0.weight', tensor(2, 65, 1, 1)]]),
    /takes 65 channels and makes 3, expected 1 to 64/,
  ],
  [
    'a thousandfold width',
    new Map([['model.model.0.weight', tensor(5000, 1, 1, 1)]]),
    /5000 filters, expected 1 to 1024/,
  ],
])('%s: refused with the reason', async (_, tensors, message) => {
  await expect(readModel(write(tensors))).rejects.toThrow(message);
});

function sized(config: RunConfig, generator: Partial<RunConfig['generator']>): RunConfig {
  return { ...config, size: [32, 32], generator: { ...config.generator, ...generator } };
}

function tensorsOf(config: RunConfig): WeightsMap {
  const variables = generatePass(config, inferenceMode, 1).variables.all();
  return new Map(variables.map(each => [each.name, { shape: each.shape, data: variableValues(each) }]));
}

function tensor(...shape: readonly number[]) {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}

let written = 0;
function write(tensors: WeightsMap, metadata: Record<string, string> = {}): string {
  const path = join(folder, `${written++}.safetensors`);
  writeFileSync(path, encodeWeights(tensors, metadata));
  return path;
}

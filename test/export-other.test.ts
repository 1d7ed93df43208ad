import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeGeneratorWeights } from '../src/cli/commands/export.ts';
import { writeTrainingGraphs } from '../src/export/training-graphs.ts';
import { decodeModel } from '../src/onnx/model.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { openModel } from '../src/runs/model-files.ts';
import { follow, smallConfig } from './reference/small-runs.ts';

let folder: string;
let run: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-other-'));
  run = join(folder, 'run');
  const data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 3, test: 3, size: 32, seed: 1 });
  await follow({ data, runFolder: run, config: smallConfig({ epochs: 1 }), skipBad: false });
});
afterAll(() => rm(folder, { recursive: true }));

it('writes the generator as safetensors that are a model again', async () => {
  const path = join(folder, 'weights.safetensors');
  await copyFile(join(run, 'config.json'), join(folder, 'config.json'));
  await writeGeneratorWeights(run, path);
  const [before, after] = [await openModel(run), await openModel(path)];
  const names = [...after.tensors.keys()];
  expect(names).toEqual([...before.tensors.keys()].filter(name => name.startsWith('G/')));
  for (const name of names) expect(after.tensors.get(name)).toEqual(before.tensors.get(name));
});

it('writes the graphs of a training step, gradients included', async () => {
  const files = await writeTrainingGraphs(run, join(folder, 'graphs'));
  expect(files.map(({ path }) => path.slice(folder.length + 1))).toEqual([
    'graphs/generate.onnx',
    'graphs/discriminate.onnx',
    'graphs/fool.onnx',
  ]);
  const { graph } = decodeModel(readFileSync(files[2]!.path));
  expect(graph!.output.some(({ name }) => name.includes('down1'))).toBe(true);
  expect(graph!.node.some(({ opType }) => opType === 'ConvTranspose' || opType === 'Conv')).toBe(true);
  await expect(writeTrainingGraphs(run, join(folder, 'graphs'))).rejects.toThrow(
    'expected a new or empty folder',
  );
});

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { openModel } from '../src/runs/model-files.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { temporaryFolder } from './data-fixtures.ts';
import { follow, smallConfig } from './reference/small-runs.ts';

it('an enhancer starts from a global generator that was trained at half the size', async () => {
  const folder = await temporaryFolder();
  const data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 2, test: 1, size: 64, seed: 0 });
  const coarse = smallConfig({
    preset: 'hd',
    epochs: 1,
    generator: { filters: 4, levels: 2, blocks: 1 },
  });
  const base = join(folder, 'coarse');
  await follow({ data, runFolder: base, config: coarse, skipBad: false });

  const finer = {
    size: [64, 64],
    freeze: 'G/down*,G/block*',
    generator: { architecture: 'enhancer', enhancerBlocks: 1 },
  } as const;
  const { config } = resolveConfig({ ...finer, size: [64, 64] }, coarse);
  const runFolder = join(folder, 'fine');
  const events = await follow({ data, runFolder, config, skipBad: false, from: base });
  const notes = events.flatMap(event => (event.type === 'note' ? [event.text] : []));
  expect(notes).toEqual([
    expect.stringContaining('is the global generator; the enhancer around it is trained from scratch'),
  ]);

  const [before, after] = [await openModel(base), await openModel(runFolder)];
  const shared = [...after.tensors.keys()].filter(name => before.tensors.has(name) && name.startsWith('G/'));
  const kept = shared.filter(name =>
    before.tensors.get(name)!.data.every((v, i) => v === after.tensors.get(name)!.data[i]),
  );
  expect(shared.filter(name => !kept.includes(name)).sort()).toEqual([
    'G/input/conv/kernel',
    'G/up1/conv/kernel',
    'G/up2/conv/kernel',
  ]);
  expect(kept.length).toBe(4);
  expect([...after.tensors.keys()]).toContain('G/enhancer/output/conv/kernel');

  const translator = await openTranslator(runFolder);
  const small = { width: 3, height: 1, channels: 3, data: new Uint8Array(9).fill(90) };
  expect((await translator.translate(small)).width).toBe(3);
  await translator.close();
});

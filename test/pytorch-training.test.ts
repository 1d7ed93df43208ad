import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSyntheticFacades } from '../src/data/synthesize.ts';
import { evaluate } from '../src/evaluate/evaluate.ts';
import { resolveConfig } from '../src/train/resolve-config.ts';
import { temporaryFolder } from './data-fixtures.ts';

const python = '/usr/bin/python3';
const isInstalled = spawnSync(python, ['-c', 'import torch, cv2']).status === 0;

// Otherwise: apt-get install python3-torch python3-opencv
test.skipIf(!isInstalled)(
  'a run’s configuration trains in PyTorch as well, and its pictures are scored',
  async () => {
    const folder = await temporaryFolder();
    const [config, data, out] = ['config.json', 'facades', 'pictures'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeSyntheticFacades(data, { train: 20, test: 3, size: 64, seed: 0 });
    const options = { size: [64, 64] as [number, number], direction: 'BtoA', epochs: 6 } as const;
    const { config: settings } = resolveConfig({
      ...options,
      generator: { filters: 8 },
      discriminator: { filters: 8 },
    });
    await writeFile(config, JSON.stringify(settings));

    const { status, stdout, stderr } = spawnSync(
      python,
      ['bench/pytorch_train.py', config, data, '--out', out, '--threads', '1', '--json'],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({
      step: 120,
      l1: expect.any(Number),
    });
    expect(await readdir(out)).toEqual(['0001.png', '0002.png', '0003.png']);
    const request = {
      models: [out],
      data,
      split: 'test',
      size: [64, 64],
      direction: 'BtoA',
      seed: 0,
    } as const;
    const [entry] = (await evaluate(request)).entries;
    // A gray picture would be off by about 0.6.
    expect(entry!.summary.l1!.mean).toBeLessThan(0.5);
  },
);

test.skipIf(!isInstalled)('a run of another kind is refused by name', async () => {
  const config = join(await temporaryFolder(), 'config.json');
  await writeFile(config, JSON.stringify(resolveConfig({ preset: 'hd' }).config));
  const { status, stderr } = spawnSync(python, ['bench/pytorch_train.py', config, '.', '--out', 'nowhere'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('generator.architecture is resnet, and only unet is written here');
});

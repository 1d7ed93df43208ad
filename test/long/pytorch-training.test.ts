import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { createImage } from '../../src/core/image.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { savePicture, temporaryFolder } from '../data-fixtures.ts';

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
    const gray = join(folder, 'gray');
    for (const name of await readdir(out))
      await savePicture(join(gray, name), { ...createImage(1, 1), data: new Uint8Array(3).fill(128) });
    const request = {
      models: [out, gray],
      data,
      split: 'test',
      size: [64, 64],
      direction: 'BtoA',
      baselines: false,
      reader: null,
      features: null,
      seed: 0,
    } as const;
    const [pytorch, flat] = (await evaluate(request)).entries;
    expect(pytorch!.summary.l1!.mean).toBeLessThan(flat!.summary.l1!.mean);
  },
);

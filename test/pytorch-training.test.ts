import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { temporaryFolder } from './data-fixtures.ts';

const python = '/usr/bin/python3';
const isInstalled = spawnSync(python, ['-c', 'import torch, cv2']).status === 0;

// Otherwise: apt-get install python3-torch python3-opencv. What it trains is tested in test/long.
test.skipIf(!isInstalled)('bench/pytorch_train.py names the settings that it refuses', async () => {
  const config = join(await temporaryFolder(), 'config.json');
  await writeFile(config, JSON.stringify(resolveConfig({ preset: 'hd' }).config));
  const { status, stderr } = spawnSync(python, ['bench/pytorch_train.py', config, '.', '--out', 'nowhere'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('generator.architecture is resnet, and only unet is written here');
});

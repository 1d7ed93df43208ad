import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { commandIn, isBuilt } from './reference/command.ts';
import { follow, smallConfig } from './reference/small-runs.ts';

let folder: string;
const pix2pix = commandIn(() => folder);
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pix2pix-training-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 8, test: 3, size: 32, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

const small = ['--preset', 'article', '--size', '32', '--filters', '2', '--direction', 'BtoA'];

function start(...args: string[]): { child: ChildProcess; result: Promise<Result> } {
  const child = spawn(process.execPath, [resolve('bin/pix2pix.js'), 'train', data, ...small, ...args], {
    cwd: folder,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', text => {
      output[name] += text;
    });
  }
  return { child, result: once(child, 'close').then(([status]) => ({ status, ...output })) };
}

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(!isBuilt)('training from the command line (needs "npm run build")', () => {
  it('refuses a bad picture by name, and trains without it with --skip-bad', async () => {
    const train = (...args: string[]) => pix2pix(['train', data, ...small, '--epochs', '1', ...args]);
    const onePixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const original = await readFile(join(data, 'train', '0003.png'));
    const contents = [original.subarray(0, 400), 'no picture', '', onePixel];
    const bad = ['0001', '0004', '0005', '0006'].map((name, i) => ({
      path: join(data, 'train', `${name}.png`),
      name: `${name}.png`,
      content: contents[i]!,
    }));
    // Each alone in this process, where a training takes less time to start.
    for (const { path, name, content } of bad) {
      const sound = await readFile(path);
      await writeFile(path, content);
      const request = { data, runFolder: join(folder, `bad-${name}`), config: smallConfig(), skipBad: false };
      await expect(follow(request)).rejects.toThrow(new RegExp(`^Cannot .*${name}.*--skip-bad`));
      await writeFile(path, sound);
    }
    const late = join(folder, 'late');
    await follow({ data, runFolder: late, config: smallConfig({ epochs: 1 }), skipBad: false });
    for (const { path, content } of bad) await writeFile(path, content);
    const refused = await train('--out', 'bad');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/^Cannot .*000[1-6]\.png.*--skip-bad.*\n$/);
    expect(refused.stdout).toMatch(/\nRemoved "bad": no checkpoint had been saved\n$/);
    // What the refused run left does not stand in the way of the next.
    const trained = await train('--out', 'bad', '--skip-bad');
    expect(trained).toMatchObject({ status: 0, stderr: '' });
    for (const { name } of bad) expect(trained.stdout).toMatch(new RegExp(`Skipped a pair.*${name}`));
    // A run that fails at its start does not cost the one that it was to replace.
    const saved = await readdir(join(folder, 'bad', 'checkpoints'));
    expect(saved).not.toEqual([]);
    expect(await train('--out', 'bad', '--force')).toMatchObject({ status: 2 });
    expect(await readdir(join(folder, 'bad', 'checkpoints'))).toEqual(saved);
    const resumed = await pix2pix(['train', '--resume', 'late', '--skip-bad', '--epochs', '2']);
    expect(resumed).toMatchObject({ status: 0, stderr: '' });
    for (const { path } of bad) await writeFile(path, original);
  });

  it('saves on Ctrl-C, ends, and explains how to continue', async () => {
    const { child, result } = start('--epochs', '10000', '--out', 'interrupted');
    while (!existsSync(join(folder, 'interrupted', 'samples', '0.png'))) await once(child.stdout!, 'data');
    child.kill('SIGINT');
    const { status, stdout, stderr } = await result;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/Stopped after \d+ steps/);
    expect(stdout).toContain('Resume: npx pix2pix train --resume interrupted\n');
    expect(await readdir(join(folder, 'interrupted', 'checkpoints'))).not.toEqual([]);
  });

  it('ends at once on a second Ctrl-C, without a stack trace', async () => {
    const { child, result } = start('--epochs', '10000', '--out', 'left');
    while (!existsSync(join(folder, 'left', 'samples', '0.png'))) await once(child.stdout!, 'data');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect((await result).stderr).toBe('');
  });
});

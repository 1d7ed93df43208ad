import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';

const launcher = fileURLToPath(new URL('../bin/pix2pix.js', import.meta.url));
const isBuilt = existsSync(new URL('../dist/cli/main.js', import.meta.url));

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pix2pix-training-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 8, test: 3, size: 32, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

const small = ['--preset', 'article', '--size', '32', '--filters', '2', '--direction', 'BtoA'];

function start(...args: string[]): { child: ChildProcess; result: Promise<Result> } {
  const child = spawn(process.execPath, [launcher, 'train', data, ...small, ...args], { cwd: folder });
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

// Without dist/ there is nothing to launch: run "npm run build" first.
describe.skipIf(!isBuilt)('training from the command line (needs "npm run build")', () => {
  it('names a bad picture in the middle of the set, and trains without it when told to', async () => {
    const victim = join(data, 'train', '0003.png');
    const original = await readFile(victim);
    const onePixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const kinds = { truncated: original.subarray(0, 400), text: 'no picture', empty: '', onePixel };
    for (const [kind, content] of Object.entries(kinds)) {
      await writeFile(victim, content);
      const refused = await start('--epochs', '1', '--out', kind).result;
      expect(refused.status).toBe(2);
      expect(refused.stderr).toMatch(/^Cannot .*0003\.png.*--skip-bad.*\n$/);
      // What the refused run left does not stand in the way of the next.
      const trained = await start('--epochs', '1', '--out', kind, '--skip-bad').result;
      expect(trained).toMatchObject({ status: 0, stderr: '' });
      expect(trained.stdout).toMatch(/Skipped a pair.*0003\.png/);
    }
    await writeFile(victim, original);
  }, 120_000);

  it('saves on Ctrl-C, ends, and says how to go on', async () => {
    const { child, result } = start('--epochs', '10000', '--out', 'interrupted');
    while (!existsSync(join(folder, 'interrupted', 'samples', '0.png'))) await once(child.stdout!, 'data');
    child.kill('SIGINT');
    const { status, stdout, stderr } = await result;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/Stopped after \d+ steps/);
    expect(stdout).toContain('Resume: npx pix2pix train --resume interrupted\n');
    expect(await readdir(join(folder, 'interrupted', 'checkpoints'))).not.toEqual([]);
  });

  it('leaves at once on a second Ctrl-C, without a stack', async () => {
    const { child, result } = start('--epochs', '10000', '--out', 'left');
    while (!existsSync(join(folder, 'left', 'samples', '0.png'))) await once(child.stdout!, 'data');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect((await result).stderr).toBe('');
  });
});

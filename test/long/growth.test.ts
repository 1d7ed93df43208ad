import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as library from '../../src/index.ts';

const built = new URL('../../dist/index.js', import.meta.url);

/** Resident memory in bytes of this process' child that has most. */
function largestChild(): number {
  const lines = execFileSync('ps', ['-o', 'rss=', '--ppid', `${process.pid}`], { encoding: 'utf8' });
  return Math.max(...lines.trim().split('\n').map(Number)) * 1024;
}

test.skipIf(!existsSync(built) || process.platform !== 'linux')(
  'the article’s training uses no more memory after 500 steps than after 50 (needs Linux and "npm run build")',
  async () => {
    const { Pix2Pix, writeSyntheticFacades } = (await import(built.href)) as typeof library;
    const folder = await mkdtemp(join(tmpdir(), 'pix2pix-growth-'));
    const memory = new Map<number, number>();
    try {
      const data = join(folder, 'data');
      await writeSyntheticFacades(data, { train: 60, test: 3, size: 256, seed: 1 });
      const model = new Pix2Pix({ preset: 'article', data, runFolder: join(folder, 'run') });
      for await (const event of model.train({ steps: 500 })) {
        if (event.type === 'step' && event.step % 50 === 0) memory.set(event.step, largestChild());
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    console.log([...memory].map(([step, bytes]) => `${step}: ${(bytes / 1e9).toFixed(3)} GB`).join(', '));
    expect(memory.get(500)! / memory.get(50)!).toBeLessThan(1.02);
  },
  1_800_000,
);

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as library from '../../src/index.ts';

const built = new URL('../../dist/index.js', import.meta.url);

/** Milliseconds by which each tick of a 10 ms timer came late. */
function watchTimer(): { stop(): number[] } {
  const lateness: number[] = [];
  let expected = performance.now() + 10;
  const timer = setInterval(() => {
    lateness.push(Math.max(performance.now() - expected, 0));
    expected = performance.now() + 10;
  }, 10);
  return {
    stop: () => {
      clearInterval(timer);
      return lateness;
    },
  };
}

test.skipIf(!existsSync(built))(
  'the main thread stays responsive while training (needs "npm run build")',
  async () => {
    const { Pix2Pix, writeSyntheticFacades } = (await import(built.href)) as typeof library;
    const folder = await mkdtemp(join(tmpdir(), 'pix2pix-responsive-'));
    try {
      await writeSyntheticFacades(join(folder, 'data'), { train: 40, test: 3, size: 128, seed: 1 });
      const model = new Pix2Pix({
        preset: 'article',
        data: join(folder, 'data'),
        runFolder: join(folder, 'run'),
        size: [128, 128],
        generator: { filters: 32 },
        discriminator: { filters: 32 },
      });
      const timer = watchTimer();
      let steps = 0;
      for await (const event of model.train({ steps: 40 })) if (event.type === 'step') steps++;
      const lateness = timer.stop().sort((a, b) => a - b);
      expect(steps).toBe(40);
      expect(lateness.length).toBeGreaterThan(100);
      expect(lateness[Math.floor(lateness.length * 0.99)]).toBeLessThan(50);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

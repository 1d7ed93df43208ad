import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImage } from '../core/image.ts';
import { writePng } from '../images/encoding/encode.ts';
import { overlapped } from './overlap.ts';

let folder = '';
const job = (name: string) => ({ input: join(folder, `${name}.png`) });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overlap-'));
  for (const name of ['a', 'b', 'c', 'd']) await writePng(job(name).input, createImage(8, 8, 3));
  await writePng(job('large').input, createImage(1100, 1000, 3));
});
afterAll(() => rm(folder, { recursive: true }));

/** Works on pictures, each for some turns of the event loop; returns those at work whenever one starts. */
async function starts(names: readonly string[]): Promise<string[]> {
  const working = new Set<string>();
  const found: string[] = [];
  await overlapped(names.map(job), async ({ input }) => {
    const name = input.slice(folder.length + 1, -4);
    working.add(name);
    found.push([...working].join());
    await new Promise(resolve => setTimeout(resolve, 50));
    working.delete(name);
  });
  expect(working.size).toBe(0);
  return found;
}

it('starts small pictures in their order, three at once', async () => {
  const found = await starts(['a', 'b', 'c', 'd']);
  expect(found.slice(0, 3)).toEqual(['a', 'a,b', 'a,b,c']);
  expect(found[3]).toMatch(/d$/);
  expect(found[3]!.split(',').length).toBeLessThanOrEqual(3);
});

it('works on a large picture, or one of unknown size, alone', async () => {
  expect(await starts(['a', 'large', 'b'])).toEqual(['a', 'large', 'b']);
  expect(await starts(['a', 'missing', 'b'])).toEqual(['a', 'missing', 'b']);
});

it('ends with the first error, when nothing is at work any more', async () => {
  let working = 0;
  const work = async ({ input }: { input: string }) => {
    working++;
    await new Promise(resolve => setTimeout(resolve, input.endsWith('b.png') ? 5 : 50));
    working--;
    if (input.endsWith('b.png')) throw new Error('broken');
  };
  await expect(overlapped(['a', 'b', 'c', 'd'].map(job), work)).rejects.toThrow('broken');
  expect(working).toBe(0);
});

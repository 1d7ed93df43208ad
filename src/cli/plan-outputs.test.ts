import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planOutputs } from './plan-outputs.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'outputs-'));
  for (const name of ['old.png', 'older.png']) await writeFile(join(out, name), '');
});
afterAll(() => rm(out, { recursive: true }));

it('names results after inputs, as PNG', async () => {
  const jobs = await planOutputs(['photos/a.b.jpg'], out, { force: false });
  expect(jobs).toEqual([{ input: 'photos/a.b.jpg', output: join(out, 'a.b.png') }]);
});

it('keeps what exists, unless forced', async () => {
  const inputs = ['in/old.jpg', 'in/older.jpg', 'in/new.jpg'];
  await expect(planOutputs(inputs, out, { force: false })).rejects.toThrow(
    /old.png" \(and 1 more\): it exists; pass --force/,
  );
  expect(await planOutputs(inputs, out, { force: true })).toHaveLength(3);
});

it('never overwrites an input, nor one result by another, nor a file by the folder', async () => {
  const plan = (inputs: string[], folder = out) => planOutputs(inputs, folder, { force: true });
  await expect(plan([join(out, 'old.png')])).rejects.toThrow('it is one of the inputs');
  await expect(plan(['x/1.png', 'y/1.jpg'])).rejects.toThrow(
    'Cannot translate "x/1.png" and "y/1.jpg" together',
  );
  await expect(plan(['x/1.png'], join(out, 'old.png'))).rejects.toThrow(
    'it is a file; name a folder with --out',
  );
});

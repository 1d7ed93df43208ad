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

const found = (...paths: string[]) => paths.map(path => ({ path, below: '' }));

it('names results after inputs, as PNG, in the same subfolders', async () => {
  const inputs = [...found('photos/a.b.jpg'), { path: 'photos/x/y/c.jpg', below: 'x/y' }];
  const { jobs } = await planOutputs(inputs, out, { force: false });
  expect(jobs).toEqual([
    { input: 'photos/a.b.jpg', output: join(out, 'a.b.png') },
    { input: 'photos/x/y/c.jpg', output: join(out, 'x/y/c.png') },
  ]);
});

it('keeps what exists, unless forced', async () => {
  const inputs = found('in/old.jpg', 'in/older.jpg', 'in/new.jpg');
  const outputsOf = (jobs: readonly { output: string }[]) => jobs.map(({ output }) => output);
  const { jobs, kept } = await planOutputs(inputs, out, { force: false });
  expect(outputsOf(jobs)).toEqual([join(out, 'new.png')]);
  expect(outputsOf(kept)).toEqual([join(out, 'old.png'), join(out, 'older.png')]);
  const forced = await planOutputs(inputs, out, { force: true });
  expect([forced.jobs.length, forced.kept]).toEqual([3, []]);
});

it('never overwrites an input, another result, or a file with the folder', async () => {
  const plan = (inputs: string[], folder = out) => planOutputs(found(...inputs), folder, { force: true });
  await expect(plan([join(out, 'old.png')])).rejects.toThrow('it is one of the inputs');
  await expect(plan(['x/1.png', 'y/1.jpg'])).rejects.toThrow(
    'Cannot translate "x/1.png" and "y/1.jpg" together',
  );
  await expect(plan(['x/1.png'], join(out, 'old.png'))).rejects.toThrow(
    'it is a file; name a folder with --out',
  );
});

it('translates an input that is given twice only once', async () => {
  expect((await planOutputs(found('x/1.png', './x/1.png'), out, { force: true })).jobs).toHaveLength(1);
});

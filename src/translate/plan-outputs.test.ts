import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseShard, planOutputs } from './plan-outputs.ts';

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

it('divides results among shards by their names alone', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `${i}.jpg`);
  const shardOf = async (index: number, folder: string, inputs = names) => {
    const paths = inputs.map(name => join('in', name));
    const plan = await planOutputs(found(...paths), folder, { force: true, shard: { index, count: 4 } });
    return plan.jobs.map(({ input }) => input);
  };
  const shards = await Promise.all([1, 2, 3, 4].map(index => shardOf(index, out)));
  expect(shards.flat().sort()).toEqual(names.map(name => join('in', name)).sort());
  for (const { length } of shards) expect(Math.abs(length - 250)).toBeLessThan(60);
  const half = names.slice(0, 500);
  expect(await shardOf(2, 'elsewhere', half)).toEqual(
    shards[1]!.filter(name => half.some(each => name === join('in', each))),
  );
});

it('keeps existing results of its shard only', async () => {
  const plans = await Promise.all(
    [1, 2].map(index =>
      planOutputs(found('in/old.jpg', 'in/older.jpg'), out, { force: false, shard: { index, count: 2 } }),
    ),
  );
  expect(plans.flatMap(({ jobs }) => jobs)).toEqual([]);
  expect(plans.flatMap(({ kept }) => kept)).toHaveLength(2);
});

it('reads shards from 1/n to n/n', () => {
  expect(parseShard('3/8')).toEqual({ index: 3, count: 8 });
  for (const wrong of ['0/8', '9/8', '1', '1/0', 'a/b', '1/8/2', '']) {
    expect(() => parseShard(wrong)).toThrow(
      `Cannot use --shard "${wrong}": write I/N, part I of N parts, such as 3/8`,
    );
  }
});

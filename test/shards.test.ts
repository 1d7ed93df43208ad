import { execFileSync } from 'node:child_process';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../src/core/errors.ts';
import { surveyDataSet } from '../src/data/inspection/survey.ts';
import { loadPair } from '../src/data/pair.ts';
import { filesOf } from '../src/data/pair-files.ts';
import { openPairs } from '../src/data/pairing.ts';
import { shardMembers } from '../src/files/shards.ts';
import { describeHeader } from '../src/images/decoding/image-header.ts';
import { packPairs } from '../src/prepare/pack-pairs.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { savePairs, savePicture, temporaryFolder, testPicture } from './data-fixtures.ts';
import { follow, loggedLosses, resume, smallConfig, stopAfter } from './reference/small-runs.ts';

const long = `folder/${'long'.repeat(60)}.png`;

it('packs side-by-side pairs of all splits, which are then read as from folders', async () => {
  const [data, out] = [join(await temporaryFolder(), 'data'), join(await temporaryFolder(), 'shards')];
  await savePairs(join(data, 'train'), 12);
  await savePairs(join(data, 'val'), 2);
  expect(await packPairs(data, out, { perShard: 5 })).toEqual({ pairs: 14, shards: 4 });
  const [plain, packed] = [
    await openPairs(data, { split: 'train' }),
    await openPairs(out, { split: 'train' }),
  ];
  expect(packed.description).toBe(
    `12 side-by-side pairs in "${join(out, 'train', '*.tar')}", left half A, right half B`,
  );
  expect(packed.pairs).toHaveLength(12);
  for (const [i, pair] of packed.pairs.entries()) {
    const { name: _, ...sides } = await loadPair(pair, 'AtoB');
    expect(await loadPair(plain.pairs[i]!, 'AtoB')).toMatchObject(sides);
  }
  // There is no test split, so val takes its place, as in the data that was packed.
  expect((await openPairs(out, { split: 'test' })).pairs).toHaveLength(2);
  expect((await surveyDataSet(out)).map(({ split, pairs }) => [split, pairs.length])).toEqual([
    ['train', 12],
    ['test', 2],
  ]);
  expect(await describeHeader(filesOf(packed.pairs[0]!)[0]!)).toMatchObject({ width: 16, height: 8 });
});

it('packs pairs of two files, and pairs them again', async () => {
  const [data, out] = [join(await temporaryFolder(), 'data'), join(await temporaryFolder(), 'shards')];
  for (let i = 0; i < 3; i++) {
    await savePicture(join(data, 'trainA', `${i}.v1.png`), testPicture(8, 8, i));
    await savePicture(join(data, 'trainB', `${i}.v1.png`), testPicture(8, 8, 10 + i));
  }
  await packPairs(data, out, { perShard: 2 });
  expect(await shardMembers(join(out, 'train'))).toContain(
    join(out, 'train', '00001.tar', '0000002-2_v1.b.png'),
  );
  const { pairs } = await openPairs(out, { split: 'train' });
  const { condition, target } = await loadPair(pairs[2]!, 'AtoB');
  expect([condition, target]).toEqual([testPicture(8, 8, 2), testPicture(8, 8, 12)]);
});

it('reads what tar writes, with long names, and tar reads what is packed', async () => {
  const [data, out] = [await temporaryFolder(), join(await temporaryFolder(), 'shards')];
  await savePicture(join(data, 'in', long), testPicture(16, 8, 1));
  for (const format of ['gnu', 'pax']) {
    const archive = join(data, format, `${format}.tar`);
    execFileSync('mkdir', [join(data, format)]);
    execFileSync('tar', ['--format', format, '-cf', archive, '-C', join(data, 'in'), long]);
    expect(await shardMembers(join(data, format))).toEqual([join(archive, long)]);
    expect((await openPairs(join(data, format), { split: 'train' })).pairs).toHaveLength(1);
  }
  await packPairs(join(data, 'in', 'folder'), out, { perShard: 5 });
  const listed = execFileSync('tar', ['-tf', join(out, 'train', '00000.tar')], { encoding: 'utf8' });
  expect(listed).toBe(`0000000-${'long'.repeat(60)}.png\n`);
});

it('indexes a shard once, until it changes', async () => {
  const [data, out] = [join(await temporaryFolder(), 'data'), join(await temporaryFolder(), 'shards')];
  await savePairs(join(data, 'train'), 4);
  await packPairs(data, out, { perShard: 2 });
  const index = join(out, 'train', '.index.json');
  await openPairs(out, { split: 'train' });
  const text = await readFile(index, 'utf8');
  // What the file says is believed without a second look into shards that have not changed.
  await writeFile(index, text.replaceAll('0000003-3.png', '0000003-renamed.png'));
  expect((await openPairs(out, { split: 'train' })).pairs.at(-1)!.name).toBe('0000003-renamed');
  await writeFile(join(out, 'train', '00001.tar'), await readFile(join(out, 'train', '00000.tar')));
  expect((await openPairs(out, { split: 'train' })).pairs.map(({ name }) => name)).not.toContain(
    '0000003-renamed',
  );
});

it('refuses shards that are cut or damaged in one line', async () => {
  const [data, out] = [join(await temporaryFolder(), 'data'), join(await temporaryFolder(), 'shards')];
  await savePairs(join(data, 'train'), 4);
  await packPairs(data, out, { perShard: 4 });
  const shard = join(out, 'train', '00000.tar');
  const whole = await readFile(shard);
  const open = () => openPairs(out, { split: 'train' });
  for (const [bytes, reason] of [
    [700, /it is cut: "0000000-0.png" needs \d+ bytes, and it has 700/],
    [whole.length - 1024, /it is cut: its end is missing/],
  ] as const) {
    await truncate(shard, bytes);
    await expect(open()).rejects.toThrow(UserError);
    await expect(open()).rejects.toThrow(reason);
    await writeFile(shard, whole);
  }
  await writeFile(shard, whole.fill(7, 0, 100));
  await expect(open()).rejects.toThrow(
    /^Cannot read shard ".*00000\.tar": it is damaged at byte 0; copy it once more, or remove it$/,
  );
});

it('trains on shards as on the folder that was packed, also when resumed', async () => {
  const folder = await temporaryFolder();
  const [data, shards] = [join(folder, 'data'), join(folder, 'shards')];
  await writeSyntheticFacades(data, { train: 5, test: 1, size: 40, seed: 0 });
  await packPairs(data, shards, { perShard: 2 });
  const [plain, packed] = [join(folder, 'plain'), join(folder, 'packed')];
  const request = { config: smallConfig(), skipBad: false };
  await follow({ ...request, data, runFolder: plain });
  await follow({ ...request, data: shards, runFolder: packed }, stopAfter(3));
  await resume(packed);
  expect(await loggedLosses(packed)).toHaveLength(10);
  expect(await loggedLosses(packed)).toEqual(await loggedLosses(plain));
});

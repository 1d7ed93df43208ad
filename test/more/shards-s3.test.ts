import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { packPairs } from '../../src/prepare/pack-pairs.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { openBucket } from '../reference/bucket.ts';
import { s3User, startS3, type TestServer } from '../reference/bulk.ts';
import { commandIn, isBuilt } from '../reference/command.ts';
import { type Gate, startGate } from '../reference/gate.ts';
import { loggedLosses } from '../reference/small-runs.ts';

describe.skipIf(!isBuilt)('tar shards in a bucket (needs "npm run build")', () => {
  let folder: string;
  let s3: TestServer;
  let gate: Gate;
  let bucket: ReturnType<typeof openBucket>;
  const run = commandIn(() => folder);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shards-s3-'));
    s3 = await startS3(join(folder, 's3'), ['pairs']);
    gate = await startGate(s3.port);
    for (const [name, value] of Object.entries({ ...s3User, AWS_ENDPOINT_URL_S3: gate.endpoint }))
      vi.stubEnv(name, value);
    // Indices of buckets that can't be written.
    vi.stubEnv('TMPDIR', folder);
    bucket = openBucket(gate.endpoint, 'pairs');
    await writeSyntheticFacades(join(folder, 'plain'), { train: 10, test: 2, size: 40, seed: 0 });
    await packPairs(join(folder, 'plain'), join(folder, 'packed'), { perShard: 4 });
    for (const set of ['set', 'locked', 'cut']) await bucket.upload(join(folder, 'packed'), `${set}/`);
  });
  afterEach(() => {
    gate.rule = () => null;
    gate.asked.length = 0;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    gate?.close();
    await s3?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const shared = '--preset paper --size 32 --filters 2 --discriminator-layers 1 --threads 1 --device cpu';
  const train = async (data: string, out: string, flags: string) => {
    const result = await run(`train ${data} --out ${out} ${shared} ${flags}`);
    expect(result).toMatchObject({ status: 0, stderr: '' });
  };
  const shardReads = () => gate.asked.filter(line => /GET .*\.tar/.test(line));

  it('trains on them as on the folder that was packed, two epochs with one index, and resumed', async () => {
    await train('plain', 'on-plain', '--epochs 2');
    await train('s3://pairs/set', 'on-shards', '--epochs 2 --steps 7');
    // Each shard is searched by one read, as it is smaller than a window; every other read is of one member.
    const [searches, members] = [/bytes=0-/, /bytes=[1-9]/].map(
      pattern => shardReads().filter(line => pattern.test(line)).length,
    );
    expect(searches).toBe(4);
    expect(members).toBeGreaterThanOrEqual(7);
    gate.asked.length = 0;
    const resumed = await run('train --resume on-shards --steps 20');
    expect(resumed).toMatchObject({ status: 0, stderr: '' });
    expect(shardReads().filter(line => /bytes=0-/.test(line))).toEqual([]);
    expect(await loggedLosses(join(folder, 'on-shards'))).toHaveLength(20);
    expect(await loggedLosses(join(folder, 'on-shards'))).toEqual(
      await loggedLosses(join(folder, 'on-plain')),
    );
  });

  it('keeps the index on this machine where the bucket can’t be written', async () => {
    gate.rule = method => (method === 'PUT' ? 'AccessDenied' : null);
    const first = await run('inspect s3://pairs/locked');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain('10 side-by-side pairs in "s3://pairs/locked/train/*.tar"');
    gate.asked.length = 0;
    expect((await run('inspect s3://pairs/locked')).stdout).toBe(first.stdout);
    expect(shardReads().filter(line => /bytes=0-/.test(line))).toEqual([]);
  });

  it('refuses a shard that was cut in the middle in one line', async () => {
    const whole = await readFile(join(folder, 'packed/train/00001.tar'));
    await bucket.put('cut/train/00001.tar', whole.subarray(0, whole.length >> 1));
    const result = await run(`train s3://pairs/cut --out cut ${shared}`);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(
      /^Cannot read shard "s3:\/\/pairs\/cut\/train\/00001\.tar": it is cut: .*; copy it once more, or remove it\n$/,
    );
  });

  it.each([
    [
      'a bucket that is not there',
      's3://nothing',
      null,
      /^Cannot use "s3:\/\/nothing": there is no such bucket/,
    ],
    [
      'a place without shards',
      's3://pairs/none',
      null,
      /^Cannot find train pairs in "s3:\/\/pairs\/none": there are no tar shards/,
    ],
    [
      'expired credentials',
      's3://pairs/set',
      'ExpiredToken',
      /^Cannot use "s3:\/\/pairs\/set": the credentials have expired; renew them/,
    ],
  ])('refuses %s in one line', async (_, data, code, message) => {
    gate.rule = () => code;
    const result = await run(`train ${data} --out refused ${shared}`);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

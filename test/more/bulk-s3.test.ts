import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBucket } from '../reference/bucket.ts';
import { freePort, hashesBelow, s3User, startRedis, startS3, type TestServer } from '../reference/bulk.ts';
import { savePictures, workThroughFaults } from '../reference/bulk-campaign.ts';
import { commandIn, isBuilt } from '../reference/command.ts';
import { findProgram } from '../reference/find-program.ts';
import { startCommand } from '../reference/kill-campaign.ts';
import { writeTinyModel } from '../reference/tiny-model.ts';

const program = findProgram('redis-server');

describe.skipIf(!program || !isBuilt)(
  'pix2pix bulk with S3 (needs "npm run build", "apt-get install redis-server")',
  () => {
    let folder: string;
    let redis: TestServer;
    let s3: TestServer;
    let bucket: ReturnType<typeof openBucket>;
    let url: string;
    const run = commandIn(() => folder);
    const bulk = async (line: string) => {
      const result = await run(`bulk ${line} --redis ${url}`);
      expect(result).toMatchObject({ status: 0, stderr: '' });
      return result.stdout;
    };
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bulk-s3-'));
      redis = await startRedis(program!, folder);
      url = `redis://127.0.0.1:${redis.port}`;
      s3 = await startS3(join(folder, 's3'), ['pictures']);
      const endpoint = `http://127.0.0.1:${s3.port}`;
      for (const [name, value] of Object.entries({ ...s3User, AWS_ENDPOINT_URL_S3: endpoint }))
        vi.stubEnv(name, value);
      bucket = openBucket(endpoint, 'pictures');
      await writeTinyModel(join(folder, 'model.onnx'));
      await savePictures(join(folder, 'tiles'), 250, 32);
      expect((await run('translate model.onnx tiles --out plain --device cpu')).status).toBe(0);
      await bucket.upload(join(folder, 'tiles'), 'in/');
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await s3?.stop();
      await redis?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('translates from a bucket into a bucket, though its server is away for a while', async () => {
      expect(await bulk('submit model.onnx s3://pictures/in s3://pictures/in/results')).toContain(
        'queued 250 images',
      );
      const ends = await workThroughFaults(['--redis', url], {
        ...{ workers: 2, kills: 1, pause: 2500 },
        ...{ server: s3, outages: 1, outage: 5000 },
      });
      for (const { status, stderr } of ends) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(await bucket.hashes('in/results/')).toEqual(await hashesBelow(join(folder, 'plain')));
      expect(await bulk('submit model.onnx s3://pictures/in s3://pictures/in/results')).toContain(
        'queued 0 images',
      );
    });

    it('translates from a bucket into a folder', async () => {
      await bulk('submit model.onnx s3://pictures/in/deep/ local');
      await bulk('work --until-empty --device cpu');
      const deep = Object.entries(await hashesBelow(join(folder, 'plain'))).filter(([name]) =>
        name.startsWith('deep/'),
      );
      expect(await hashesBelow(join(folder, 'local'))).toEqual(
        Object.fromEntries(deep.map(([name, hash]) => [name.slice('deep/'.length), hash])),
      );
    });

    it.each([
      ['a bucket that is not there', 's3://nothing/in', {}, /there is no such bucket/],
      ['a wrong key', 's3://pictures/in', { AWS_ACCESS_KEY_ID: 'OTHER' }, /does not know the access key/],
      [
        'a server that is not there',
        's3://pictures/in',
        async () => ({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await freePort()}` }),
        /the server does not answer/,
      ],
      ['an address without a bucket', 's3://', {}, /write s3:\/\/BUCKET/],
    ])('refuses %s in one line', async (_, source, env, message) => {
      const { child, ended } = startCommand(
        ['bulk', 'submit', join(folder, 'model.onnx'), source, join(folder, 'refused'), '--redis', url],
        undefined,
        typeof env === 'function' ? await env() : env,
      );
      child.stdout!.resume();
      const { status, stderr } = await ended;
      expect(status).toBe(2);
      expect(stderr).toMatch(/^Cannot use "s3:\/\/.*\n$/);
      expect(stderr).toMatch(message);
    });
  },
);

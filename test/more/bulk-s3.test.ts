import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { savePicture, testPicture } from '../data-fixtures.ts';
import { openBucket } from '../reference/bucket.ts';
import { freePort, hashesBelow, s3User, startRedis, startS3, type TestServer } from '../reference/bulk.ts';
import { doneOf, savePictures, untilDone, workThroughFaults } from '../reference/bulk-campaign.ts';
import { commandIn, isBuilt } from '../reference/command.ts';
import { findProgram } from '../reference/find-program.ts';
import { type Gate, startGate } from '../reference/gate.ts';
import { startCommand } from '../reference/kill-campaign.ts';
import { writeTinyModel } from '../reference/tiny-model.ts';

const program = findProgram('redis-server');

describe.skipIf(!program || !isBuilt)(
  'pix2pix bulk with S3 (needs "npm run build", "apt-get install redis-server")',
  () => {
    let folder: string;
    let redis: TestServer;
    let s3: TestServer;
    let gate: Gate;
    let bucket: ReturnType<typeof openBucket>;
    let url: string;
    const run = commandIn(() => folder);
    const bulk = async (line: string) => {
      const result = await run(`bulk ${line} --redis ${url}`);
      expect(result).toMatchObject({ status: 0, stderr: '' });
      return result.stdout;
    };
    const done = async () => doneOf(await bulk('status --json'));
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bulk-s3-'));
      redis = await startRedis(program!, folder);
      url = `redis://127.0.0.1:${redis.port}`;
      s3 = await startS3(join(folder, 's3'), ['pictures']);
      gate = await startGate(s3.port);
      const { endpoint } = gate;
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
      gate?.close();
      await s3?.stop();
      await redis?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('translates from a bucket into a bucket, though its server is away for a while', async () => {
      expect(await bulk('submit model.onnx s3://pictures/in s3://pictures/in/results')).toContain(
        'queued 250 images',
      );
      const ends = await workThroughFaults(['--redis', url], {
        ...{ workers: 2, kills: 1, pictures: 250, done },
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

    it('ends with one line when its credentials expire, and gives the chunk back', async () => {
      url = `redis://127.0.0.1:${redis.port}/2`;
      await bucket.upload(join(folder, 'tiles'), 'renewable/');
      let valid = 'first';
      gate.rule = (_, token) => (token === valid ? null : 'ExpiredToken');
      vi.stubEnv('AWS_SESSION_TOKEN', valid);
      const start = (command: string, token: string) => {
        const words = ['bulk', ...command.split(' '), '--redis', url];
        const { child, ended } = startCommand(words, undefined, { AWS_SESSION_TOKEN: token });
        child.stdout!.resume();
        return ended;
      };
      const submit = `submit ${join(folder, 'model.onnx')} s3://pictures/renewable ${join(folder, 'renewed')}`;
      const work = 'work --until-empty --device cpu';
      const expired = {
        status: 2,
        stderr: 'Cannot use "s3://pictures/renewable": the credentials have expired; renew them\n',
      };
      try {
        expect(await start(submit, 'older')).toMatchObject(expired);
        expect(await start(submit, valid)).toMatchObject({ status: 0, stderr: '' });
        const worker = start(work, valid);
        await untilDone(20, done);
        valid = 'second';
        expect(await worker).toMatchObject(expired);
        expect(await done()).toBeLessThan(250);
        expect(await start(work, valid)).toMatchObject({ status: 0, stderr: '' });
        expect(await hashesBelow(join(folder, 'renewed'))).toEqual(await hashesBelow(join(folder, 'plain')));
      } finally {
        gate.rule = () => null;
        vi.stubEnv('AWS_SESSION_TOKEN', undefined);
      }
    });

    it.each([
      ['AccessDenied', /access is denied; the credentials need rights/],
      ['RequestTimeTooSkewed', /the clock of this machine is wrong; set it/],
      ['InvalidToken', /the session token is not valid; renew the credentials/],
    ])('says in one line what a server means by %s', async (code, message) => {
      gate.rule = () => code;
      const result = await run(`bulk submit model.onnx s3://pictures/in ${folder}/other --redis ${url}`);
      gate.rule = () => null;
      expect(result.status).toBe(2);
      expect(result.stderr).toMatch(/^Cannot use "s3:\/\/pictures\/in": .*\n$/);
      expect(result.stderr).toMatch(message);
    });

    it('lists an image that was removed, and leaves a local file of that name alone', async () => {
      await savePictures(join(folder, 'removed'), 2, 16);
      await bucket.upload(join(folder, 'removed'), 'removed/');
      await bulk('submit model.onnx s3://pictures/removed partly');
      await bucket.remove('removed/1.png');
      await writeFile(join(folder, '1.png'), 'Another image');
      expect(await bulk('work --until-empty --device cpu')).toContain('Translated 1 image; 1 failed');
      expect(await bulk('status --failures')).toContain('it is no longer in the bucket\n    1.png\n');
      expect(await readFile(join(folder, '1.png'), 'utf8')).toBe('Another image');
    });

    it('queues an image once for each change', async () => {
      await savePictures(join(folder, 'changing'), 2, 16);
      for (const side of [24, 32, 40]) {
        await bulk('submit model.onnx changing s3://pictures/changed');
        await savePicture(join(folder, 'changing/1.png'), testPicture(side, side, side));
        expect(await bulk('submit model.onnx changing s3://pictures/changed')).toContain('queued 1 image;');
        expect(await bulk('submit model.onnx changing s3://pictures/changed')).toContain('queued 0 images;');
      }
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

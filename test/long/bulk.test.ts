import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBucket } from '../reference/bucket.ts';
import { hashesBelow, s3User, startRedis, startS3, type TestServer } from '../reference/bulk.ts';
import { doneOf, savePictures, workThroughFaults } from '../reference/bulk-campaign.ts';
import { campaignLog } from '../reference/campaign-log.ts';
import { commandIn, isBuilt } from '../reference/command.ts';
import { findProgram } from '../reference/find-program.ts';
import { runCommand } from '../reference/kill-campaign.ts';
import { writeTinyModel } from '../reference/tiny-model.ts';

const program = findProgram('redis-server');

/** Of the pictures and the kills; below 1 for a busy machine. */
const share = Number(process.env.PIX2PIX_BULK_SHARE ?? 1);
const HOURS = 4 * 3_600_000;

describe.skipIf(!program || !isBuilt)(
  'pix2pix bulk (needs "npm run build", "apt-get install redis-server")',
  () => {
    let folder: string;
    let redis: TestServer;
    const run = commandIn(() => folder);
    const succeed = async (line: string) => {
      const result = await run(line);
      expect(result).toMatchObject({ status: 0, stderr: '' });
      return result.stdout;
    };
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bulk-'));
      redis = await startRedis(program!, folder);
      await writeTinyModel(join(folder, 'model.onnx'));
    });
    afterAll(async () => {
      await redis?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('20,000 pictures by three workers: 50 of them killed, Redis restarted twice', {
      timeout: HOURS,
    }, async () => {
      const url = `redis://127.0.0.1:${redis.port}/0`;
      const count = Math.round(20_000 * share);
      await savePictures(join(folder, 'tiles'), count, 64);
      const note = campaignLog('bulk-folders');
      note(`${count} pictures are written`);
      await succeed('translate model.onnx tiles --out plain --device cpu');
      note('translated without a queue');
      await succeed(`bulk submit model.onnx tiles out --redis ${url}`);
      const status = () => succeed(`bulk status --json --redis ${url}`);
      const ends = await workThroughFaults(['--redis', url], {
        ...{ workers: 3, kills: Math.round(50 * share), server: redis, outages: 2, outage: 3000 },
        ...{ pictures: count, done: async () => doneOf(await status()), note },
      });
      for (const { status } of ends) expect(status).toBe(0);
      expect(JSON.parse(await status()).campaigns[0]).toMatchObject({
        translated: count,
        left: 0,
        failures: {},
      });
      expect(await hashesBelow(join(folder, 'out'))).toEqual(await hashesBelow(join(folder, 'plain')));
      note('each output is there once and whole');
    });

    it('2,000 pictures through S3, whose server is away for a minute', { timeout: HOURS }, async () => {
      const url = `redis://127.0.0.1:${redis.port}/1`;
      const s3 = await startS3(join(folder, 's3'), ['pictures']);
      const endpoint = `http://127.0.0.1:${s3.port}`;
      for (const [name, value] of Object.entries({ ...s3User, AWS_ENDPOINT_URL_S3: endpoint }))
        vi.stubEnv(name, value);
      try {
        const bucket = openBucket(endpoint, 'pictures');
        const [count, note] = [Math.round(2000 * share), campaignLog('bulk-s3')];
        await savePictures(join(folder, 'few'), count, 64);
        await bucket.upload(join(folder, 'few'), 'in/');
        await run('translate model.onnx few --out few-plain --device cpu');
        const model = join(folder, 'model.onnx');
        const submit = ['bulk', 'submit', model, 's3://pictures/in', 's3://pictures/out', '--redis', url];
        expect(await runCommand(submit)).toMatchObject({ status: 0, stderr: '' });
        note(`${count} pictures are submitted`);
        const done = async () => doneOf(await succeed(`bulk status --json --redis ${url}`));
        const ends = await workThroughFaults(['--redis', url], {
          ...{ workers: 3, kills: 2, server: s3, outages: 1, outage: 60_000 },
          ...{ pictures: count, done, note },
        });
        for (const { status, stderr } of ends) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        expect(await bucket.hashes('out/')).toEqual(await hashesBelow(join(folder, 'few-plain')));
        note('each output is there once and whole');
      } finally {
        vi.unstubAllEnvs();
        await s3.stop();
      }
    });
  },
);

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { savePicture, testPicture } from '../data-fixtures.ts';
import { childrenOf, freePort, hashesBelow, startRedis, type TestServer } from '../reference/bulk.ts';
import { doneOf, savePictures, untilDone, workThroughFaults } from '../reference/bulk-campaign.ts';
import { commandIn, isBuilt } from '../reference/command.ts';
import { findProgram } from '../reference/find-program.ts';
import { fillDisk, mountSmallDisk, startCommand } from '../reference/kill-campaign.ts';
import { writeTinyModel } from '../reference/tiny-model.ts';

const program = findProgram('redis-server');

describe.skipIf(!program || !isBuilt)(
  'pix2pix bulk (needs "npm run build", "apt-get install redis-server")',
  () => {
    let folder: string;
    let redis: TestServer;
    let url: string;
    const run = commandIn(() => folder);
    const bulk = async (line: string) => {
      const result = await run(`bulk ${line} --redis ${url}`);
      expect(result).toMatchObject({ status: 0, stderr: '' });
      return result.stdout;
    };
    const status = async () => JSON.parse(await bulk('status --json'));
    const only = async () => (await status()).campaigns[0];
    const done = async () => doneOf(await bulk('status --json'));
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bulk-'));
      redis = await startRedis(program!, folder);
      url = `redis://127.0.0.1:${redis.port}/0`;
      await writeTinyModel(join(folder, 'model.onnx'));
      await savePictures(join(folder, 'tiles'), 450, 32);
      const { status } = await run('translate model.onnx tiles --out plain --device cpu');
      expect(status).toBe(0);
    });
    afterAll(async () => {
      await redis?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** Forgets earlier campaigns. */
    const startAfresh = (database: number) => {
      url = `redis://127.0.0.1:${redis.port}/${database}`;
    };

    it('translates a folder once and whole, though workers are killed and Redis is restarted', async () => {
      startAfresh(0);
      expect(await bulk('submit model.onnx tiles out')).toMatch(/^Campaign [0-9a-f]{8}: queued 450 images\n/);
      const ends = await workThroughFaults(['--redis', url], {
        ...{ workers: 3, kills: 4, pictures: 450, done },
        ...{ server: redis, outages: 1, outage: 1000 },
      });
      for (const { status, stderr } of ends) expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(await hashesBelow(join(folder, 'out'))).toEqual(await hashesBelow(join(folder, 'plain')));
      expect(await only()).toMatchObject({ translated: 450, left: 0, failures: {} });
      expect(await bulk('submit model.onnx tiles out')).toContain(
        'queued 0 images; 450 were queued or translated before',
      );
    });

    it('queues what is new or has changed when submitted again, also after Redis has lost its data', async () => {
      startAfresh(1);
      await savePictures(join(folder, 'few'), 5, 16);
      await bulk('submit model.onnx few few-out');
      await bulk('work --until-empty --device cpu');
      const other = await run(`bulk submit model.onnx few few-out --resize --redis ${url}`);
      expect(other).toMatchObject({ status: 2 });
      expect(other.stderr).toMatch(/^Cannot write into ".*few-out": it belongs to campaign .*\n$/);
      await savePicture(join(folder, 'few', 'new.png'), testPicture(16, 16, 77));
      await savePicture(join(folder, 'few', '1.png'), testPicture(24, 16, 78));
      startAfresh(2);
      expect(await bulk('submit model.onnx few few-out')).toContain('queued 2 images; 5 were');
      await bulk('work --until-empty --device cpu');
      expect(await only()).toMatchObject({ translated: 7, left: 0 });
      expect((await run('translate model.onnx few --out few-plain --device cpu')).status).toBe(0);
      expect(await hashesBelow(join(folder, 'few-out'))).toEqual(
        await hashesBelow(join(folder, 'few-plain')),
      );
    });

    it('lists what can’t be translated, by reason, and tries it again on request', async () => {
      startAfresh(3);
      await savePictures(join(folder, 'mixed'), 4, 16);
      await writeFile(join(folder, 'mixed/a.png'), 'no image');
      await writeFile(join(folder, 'mixed/b.png'), '');
      const list = ['0.png', '1.png', 'a.png', 'b.png'].map(name => (name === '0.png' ? 'deep/0.png' : name));
      await writeFile(join(folder, 'mixed/list.txt'), `${list.join('\n')}\n`);
      await bulk('submit model.onnx mixed/list.txt mixed-out');
      expect(await bulk('work --until-empty --device cpu')).toContain('Translated 2 images; 2 failed');
      const text = await bulk('status --failures');
      expect(text).toContain('2 of 4 images translated, 2 failed, 0 to do (100 % done)');
      expect(text).toMatch(/1 image: Cannot decode an image: it is not an image; .*\n {4}a\.png\n/);
      expect(text).toContain('1 image: Cannot decode an image: the file is empty (0 bytes)\n    b.png\n');
      await savePicture(join(folder, 'mixed/a.png'), testPicture(16, 16, 5));
      expect(await bulk('retry')).toBe('Queued 2 images again\n');
      await bulk('work --until-empty --device cpu');
      expect(await only()).toMatchObject({ translated: 3, left: 0 });
      expect(Object.values((await only()).failures)).toEqual([['b.png']]);
    });

    it('hands its chunk back at Ctrl-C, and survives when the process that computes is killed', async () => {
      startAfresh(4);
      await bulk('submit model.onnx tiles handed');
      const port = await freePort();
      const flags = ['bulk', 'work', '--redis', url, '--device', 'cpu', '--metrics', `${port}`];
      const first = startCommand(flags);
      first.child.stdout!.resume();
      await untilDone(5, done);
      for (const child of childrenOf(first.child.pid!)) process.kill(child, 'SIGKILL');
      const before = await done();
      await untilDone(before + 10, done);
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(
        Number(/pix2pix_bulk_pictures_total\{result="translated"\} (\d+)/.exec(metrics)?.[1]),
      ).toBeGreaterThan(5);
      expect(metrics).toContain('pix2pix_bulk_chunks_left 3');
      expect(await bulk('status')).toMatch(/ images a second by 1 worker, .* left\n/);
      first.child.kill('SIGINT');
      expect(await first.ended).toMatchObject({ status: 0 });
      expect(await status()).toMatchObject({ chunksLeft: 3 });
      await bulk('work --until-empty --device cpu');
      expect(await only()).toMatchObject({ translated: 450, failures: {} });
      expect(await hashesBelow(join(folder, 'handed'))).toEqual(await hashesBelow(join(folder, 'plain')));
    });

    it('ends at Ctrl-C in one line while Redis is away', async () => {
      startAfresh(9);
      await bulk('submit model.onnx tiles away');
      const worker = startCommand(['bulk', 'work', '--redis', url, '--device', 'cpu']);
      worker.child.stdout!.resume();
      await untilDone(5, done);
      const noticed = once(worker.child.stderr!, 'data');
      await redis.stop();
      try {
        await noticed;
        worker.child.kill('SIGINT');
        const { status, stderr } = await worker.ended;
        expect(status).toBe(2);
        expect(stderr).toMatch(
          /\nCannot give the chunk back: Redis at redis:.* is away; another worker takes it .*\n$/,
        );
      } finally {
        await redis.start();
      }
    });

    it('lets waiting workers translate what is submitted again after Redis has lost its data', async () => {
      startAfresh(7);
      await bulk('submit model.onnx tiles lost');
      const redis = new Redis(url);
      await redis.flushdb();
      const worker = startCommand(['bulk', 'work', '--redis', url, '--device', 'cpu']);
      worker.child.stdout!.resume();
      try {
        await untilDone(1, async () => (await redis.keys('pix2pix:worker:*')).length);
        await bulk('submit model.onnx tiles lost');
        await untilDone(450, done);
      } finally {
        redis.disconnect();
        worker.child.kill('SIGINT');
      }
      expect(await worker.ended).toMatchObject({ status: 0 });
      expect(await only()).toMatchObject({ translated: 450, left: 0 });
      expect(await hashesBelow(join(folder, 'lost'))).toEqual(await hashesBelow(join(folder, 'plain')));
    });

    it('retries one campaign, and counts what was queued', async () => {
      startAfresh(8);
      await savePictures(join(folder, 'one'), 1, 16);
      await writeFile(join(folder, 'one/bad.png'), 'no image');
      await savePictures(join(folder, 'two'), 1, 16);
      await bulk('submit model.onnx one one-out');
      const { id } = (await only()).campaign;
      await bulk('submit model.onnx two two-out');
      const chunks = join(folder, 'two-out/.pix2pix/chunks');
      const [chunk] = await readdir(chunks);
      await writeFile(join(chunks, chunk!), 'no chunk');
      await bulk('work --until-empty --device cpu');
      expect(await status()).toMatchObject({ chunksLeft: 0, chunksFailed: 1 });
      expect(await bulk(`retry ${id}`)).toBe('Queued 1 image again\n');
      expect(await status()).toMatchObject({ chunksLeft: 1, chunksFailed: 1 });
      expect(await bulk(`retry ${id}`)).toBe('Queued 0 images again\n');
      expect(await bulk('retry')).toBe(
        'Queued 0 images again, and 1 chunk that failed because of internal errors\n',
      );
      expect(await status()).toMatchObject({ chunksLeft: 2, chunksFailed: 0 });
    });

    it('leaves no campaign behind when it refuses a source', async () => {
      startAfresh(10);
      await mkdir(join(folder, 'bare'));
      await savePictures(join(folder, 'listed'), 2, 16);
      await writeFile(join(folder, 'listed/list.txt'), '1.png\nmissing.png\n\nmissing too.png\n');
      const empty = await run(`bulk submit model.onnx bare listed-out --redis ${url}`);
      expect(empty).toMatchObject({ status: 2 });
      const missing = await run(`bulk submit model.onnx listed/list.txt listed-out --redis ${url}`);
      expect(missing).toMatchObject({ status: 2 });
      expect(missing.stderr).toMatch(
        /^Cannot use line 2 of ".*list\.txt": there is no file ".*missing\.png", and 1 more is missing\n$/,
      );
      expect((await status()).campaigns).toEqual([]);
      expect(await bulk('submit model.onnx listed listed-out')).toContain('queued 2 images');
    });

    it('cancels a campaign: a worker turns to the next one, and it goes on when submitted again', async () => {
      startAfresh(11);
      await bulk('submit model.onnx tiles cancelled');
      const { id } = (await only()).campaign;
      const worker = startCommand(['bulk', 'work', '--until-empty', '--redis', url, '--device', 'cpu']);
      worker.child.stdout!.resume();
      await untilDone(210, done);
      expect(await bulk(`cancel ${id}`)).toMatch(
        /^Cancelled campaign .*; its results stay in .*cancelled\n$/,
      );
      await savePictures(join(folder, 'next'), 2, 16);
      await bulk('submit model.onnx next next-out');
      expect(await worker.ended).toMatchObject({ status: 0, stderr: '' });
      expect((await status()).campaigns).toMatchObject([{ translated: 2, left: 0 }]);
      expect(Object.keys(await hashesBelow(join(folder, 'cancelled'))).length).toBeLessThan(450);
      await bulk('submit model.onnx tiles cancelled');
      expect(await only()).toMatchObject({ campaign: { id }, translated: 200, left: 250 });
      await bulk('work --until-empty --device cpu');
      expect(await only()).toMatchObject({ translated: 450, left: 0 });
    });

    it('ends with one line, and gives the chunk back, when the destination or the source is gone', async () => {
      startAfresh(5);
      await savePictures(join(folder, 'gone'), 3, 16);
      await bulk('submit model.onnx gone gone-out');
      await appendFile(join(folder, 'gone-out/.pix2pix/model.onnx'), 'x');
      const changed = await run(`bulk work --until-empty --redis ${url}`);
      expect(changed.status).toBe(2);
      expect(changed.stderr).toMatch(
        /^Cannot use the model of campaign .*: it is not the one that was submitted; submit the campaign again\n$/,
      );
      await bulk('submit model.onnx gone gone-out');
      await rm(join(folder, 'gone'), { recursive: true });
      const missing = await run(`bulk work --until-empty --redis ${url}`);
      expect(missing).toMatchObject({ status: 2 });
      expect(missing.stderr).toMatch(/^Cannot .*gone": it does not exist.*\n$/);
      expect(await status()).toMatchObject({ chunksLeft: 1 });
    });

    it('blames no image for a full disk: the worker ends with one line, and gives the chunk back', async context => {
      const disk = mountSmallDisk(join(folder, 'disk'));
      if (!disk) return context.skip('a tmpfs can be mounted by root only');
      try {
        startAfresh(12);
        await savePictures(join(folder, 'large'), 3, 400);
        await bulk('submit model.onnx large disk/out');
        const release = await fillDisk(disk.path, 20_000);
        const full = await run(`bulk work --until-empty --device cpu --redis ${url}`);
        expect(full).toMatchObject({ status: 2 });
        expect(full.stderr).toMatch(/^Cannot write ".*\.png": the disk is full\n$/);
        expect(await status()).toMatchObject({ chunksLeft: 1, campaigns: [{ left: 3, failures: {} }] });
        await release();
        await bulk('work --until-empty --device cpu');
        expect(await only()).toMatchObject({ translated: 3, left: 0 });
      } finally {
        disk.unmount();
      }
    });

    it('counts an image that was replaced as translated, however often it is submitted', async () => {
      startAfresh(13);
      await savePictures(join(folder, 'repaired'), 2, 16);
      await writeFile(join(folder, 'repaired/1.png'), 'no image');
      await bulk('submit model.onnx repaired repaired-out');
      await bulk('work --until-empty --device cpu');
      expect(await only()).toMatchObject({ translated: 1, left: 0 });
      await savePicture(join(folder, 'repaired/1.png'), testPicture(16, 16, 5));
      await bulk('submit model.onnx repaired repaired-out');
      await bulk('work --until-empty --device cpu');
      expect(await bulk('submit model.onnx repaired repaired-out')).toContain('queued 0 images');
      expect(await only()).toMatchObject({ left: 0, failures: {} });
      expect(await bulk('retry')).toBe('Queued 0 images again\n');
    });

    it.each([
      ['submit model.onnx nowhere out', /^Cannot translate "nowhere": it does not exist; /],
      ['submit model.onnx tiles tiles', /^Cannot write the results into ".*tiles": /],
      ['submit nothing tiles out2', /^Cannot open model "nothing": it does not exist/],
      ['submit model.onnx tiles model.onnx', /^Cannot .*model.onnx/],
      ['cancel abcdef', /^Cannot find campaign "abcdef" in Redis at /],
      ['status abcdef', /^Cannot find campaign "abcdef" in Redis at /],
      ['work --metrics x', /^Cannot use --metrics "x": /],
    ])('refuses "bulk %s"', async (line, message) => {
      const result = await run(`bulk ${line} --redis ${url}`);
      expect(result.status).toBe(2);
      expect(result.stderr).toMatch(message);
      expect(result.stderr.trim().split('\n')).toHaveLength(1);
    });

    it('refuses a Redis that can’t be used in one line, which does not show the password', async () => {
      const lines = [
        [`redis://:secret@127.0.0.1:${await freePort()}`, /nothing listens there/],
        ['http://:secret@localhost', /must look like redis:/],
        [`rediss://:secret@127.0.0.1:${redis.port}`, /TLS|closed the connection/],
      ] as const;
      for (const [address, reason] of lines) {
        const result = await run(`bulk status --redis ${address}`);
        expect(result).toMatchObject({ status: 2, stdout: '' });
        expect(result.stderr).toMatch(/^Cannot use .*\n$/);
        expect(result.stderr).toMatch(reason);
        expect(result.stderr).not.toContain('secret');
      }
    });

    it.skipIf(!findProgram('openssl'))('speaks TLS, with a password', async () => {
      const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const files = ['-keyout', key, '-out', certificate];
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject],
        { stdio: 'ignore' },
      );
      const secured = await mkdtemp(join(folder, 'secured-'));
      const port = await freePort();
      const server = await startRedis(program!, secured, [
        ...['--tls-port', `${port}`, '--tls-cert-file', certificate, '--tls-key-file', key],
        ...['--tls-auth-clients', 'no', '--requirepass', 'secret'],
      ]);
      try {
        const status = (address: string, authority?: string) => {
          const { child, ended } = startCommand(['bulk', 'status', '--redis', address], undefined, {
            NODE_EXTRA_CA_CERTS: authority,
          });
          child.stdout!.resume();
          return ended;
        };
        expect(await status(`rediss://:secret@localhost:${port}`, certificate)).toMatchObject({
          status: 0,
          stderr: '',
        });
        const untrusted = await status(`rediss://:secret@localhost:${port}`);
        expect(untrusted).toMatchObject({ status: 2 });
        expect(untrusted.stderr).toContain('set NODE_EXTRA_CA_CERTS');
        expect((await status(`rediss://localhost:${port}`, certificate)).stderr).toContain(
          'asks for a password',
        );
        expect((await status(`rediss://:wrong@localhost:${port}`, certificate)).stderr).toContain(
          'refuses the user name or password',
        );
      } finally {
        await server.stop();
      }
    });
  },
);

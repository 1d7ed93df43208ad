import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { makeFolder } from '../../src/files/folder.ts';
import type { RunState } from '../../src/server/api.ts';
import {
  attempt,
  formOf,
  type Outcome,
  randomAttempt,
  traversals,
  trickle,
} from '../reference/studio-hostile.ts';
import { ask, askUntil, isBuilt, type StudioProcess, startServer } from '../reference/studio-server.ts';
import { tinyTraining, tinyWorkspace } from '../studio-fixtures.ts';

const fuzzed = Number(process.env.PIX2PIX_FUZZED ?? 500);

describe.skipIf(!isBuilt)('hostile requests (needs "npm run build")', { timeout: 300_000 }, () => {
  let outside: string;
  let server: StudioProcess;
  let before: string[];

  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'pix2pix-hostile-'));
    await writeFile(join(outside, 'secret.txt'), 'the secret');
    await makeFolder(join(outside, 'workspace'));
    await tinyWorkspace(join(outside, 'workspace'));
    server = await startServer(join(outside, 'workspace'), { requestsPerMinute: 1e9 });
    await ask(server, '/api/runs', { ...tinyTraining, name: 'model' });
    await askUntil<RunState>(server, '/api/runs/model', ({ status }) => status === 'finished');
    before = await treeOf(outside);
  });

  afterAll(async () => {
    expect(server.child.exitCode).toBeNull();
    expect((await attempt(server.port, { path: '/health' })).status).toBe(200);
    expect(server.errors).toEqual([]);
    expect((await treeOf(outside)).filter(isOutside)).toEqual(before.filter(isOutside));
    await server.stop();
    await rm(outside, { recursive: true });
  });

  // Within two seconds; where other work fills the machine, it is not the server that takes them.
  function refused(
    { status, body, milliseconds }: Outcome,
    statuses: readonly number[] = clientErrors,
  ): void {
    expect(statuses, body).toContain(status);
    expect(body).not.toMatch(/the secret|root:|node_modules|at .*\.js:\d/);
    expect(milliseconds).toBeLessThan(2000 * slowness);
  }

  test('path traversal is rejected in every parameter', async () => {
    const { paths } = await ask<{ paths: Record<string, object> }>(server, '/api/openapi.json');
    const valid: Record<string, string> = {
      id: 'model',
      name: '0.png',
      split: 'test',
      index: '0',
      part: 'target',
      side: 'a',
      version: '8',
    };
    for (const [path, methods] of Object.entries(paths)) {
      for (const [, parameter] of path.matchAll(/\{(\w+)\}/g)) {
        for (const value of traversals) {
          const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
            name === parameter ? value : valid[name]!,
          );
          for (const method of Object.keys(methods))
            refused(await attempt(server.port, { method: method.toUpperCase(), path: filled }));
        }
      }
    }
    for (const value of traversals) refused(await attempt(server.port, { path: `/ort/${value}` }));
    for (const query of ['step=../../x', 'split=..%2f..', 'from=../x', 'follow=../x']) {
      const path = query.startsWith('step')
        ? 'model.safetensors'
        : query.startsWith('split')
          ? 'pairs'
          : 'events';
      refused(await attempt(server.port, { path: `/api/runs/model/${path}?${query}` }));
    }
  });

  test('bodies of a gigabyte are rejected, with and without a stated length', async () => {
    const piece = new Uint8Array(1 << 16);
    const gigabyte = function* () {
      for (let i = 0; i < 1 << 14; i++) yield piece;
    };
    const form = { 'content-type': 'multipart/form-data; boundary=x' };
    const json = { 'content-type': 'application/json' };
    for (const [path, headers] of [
      ['/api/runs', json],
      ['/api/runs/model/translate', form],
      ['/api/datasets', form],
      ['/api/pictures', form],
      ['/v2/models/model/infer', json],
      ['/api/nothing', json],
    ] as const) {
      const announced = { ...headers, 'content-length': String(2 ** 30) };
      refused(
        await attempt(server.port, { method: 'POST', path, headers: announced, body: gigabyte() }),
        [413],
      );
      refused(
        await attempt(server.port, { method: 'POST', path, headers, body: gigabyte() }),
        [400, 404, 413, 415],
      );
    }
  });

  test('archives and pictures that unpack to gigabytes are rejected', async () => {
    const zeros = new Uint8Array(66 << 20);
    const bomb = zipSync({ 'train/1.png': [zeros, { level: 1 }] });
    refused(
      await attempt(server.port, {
        method: 'POST',
        path: '/api/datasets',
        ...formOf(bomb, 'a.zip', { name: 'bomb' }),
      }),
    );
    const pixels = pngOf(20_000, deflateSync(new Uint8Array(20_000 * 2501), { level: 1 }));
    const empty = pngOf(60_000, new Uint8Array(0));
    for (const [path, picture] of [
      ['/api/runs/model/translate', pixels],
      ['/api/runs/model/translate', empty],
      ['/api/pictures', pixels],
      ['/api/pictures', empty],
      ['/api/datasets', empty],
    ] as const) {
      const form = formOf(picture, 'a.png', path === '/api/datasets' ? { name: 'bomb' } : {});
      refused(await attempt(server.port, { method: 'POST', path, ...form }));
    }
  });

  test('malformed forms are rejected', async () => {
    const form = { 'content-type': 'multipart/form-data; boundary=x' };
    const disposition = 'content-disposition: form-data; name="f"; filename="a.png"';
    for (const [headers, body] of [
      [{ 'content-type': 'multipart/form-data' }, 'x'],
      [form, ''],
      [form, '--x'],
      [form, '--x\r\n\r\n'],
      [form, `--x\r\n${disposition}\r\n\r\nhalf a fi`],
      [form, `--x\r\n${disposition}\r\n`.repeat(100)],
      [form, `--x\r\n${'a: b\r\n'.repeat(10_000)}\r\n`],
      [form, `--x\r\n${disposition.replace('"f"', '"__proto__"')}\r\n\r\nx\r\n--x--`],
      [{ 'content-type': `multipart/form-data; boundary=${'y'.repeat(5000)}` }, 'x'],
    ] as const) {
      for (const path of ['/api/runs/model/translate', '/api/datasets', '/api/pictures']) {
        refused(await attempt(server.port, { method: 'POST', path, headers, body }));
      }
    }
  });

  test('slow requests are ended', async () => {
    const host = `host: 127.0.0.1:${server.port}\r\n`;
    const body = 'content-type: application/json\r\ncontent-length: 100000\r\n\r\n';
    const dawdlers = [
      trickle(server.port, `POST /api/runs HTTP/1.1\r\n${host}${body}{`, 1).then(() => undefined),
      slowBody(`POST /api/runs HTTP/1.1\r\n${host}${body}`),
      slowBody(
        `POST /api/runs/model/translate HTTP/1.1\r\n${host}${body.replace('application/json', 'multipart/form-data; boundary=x')}`,
      ),
      trickle(server.port, `GET / HTTP/1.1\r\n${host}x: ${'y'.repeat(1000)}`, 100),
    ];
    // Meanwhile, others are served.
    const health = await attempt(server.port, { path: '/health' });
    expect(health.status).toBe(200);
    for (const outcome of await Promise.all(dawdlers)) {
      if (!outcome) continue;
      expect(outcome.status, outcome.body).toBe(408);
      // The grace, and what it takes to notice.
      expect(outcome.milliseconds).toBeLessThan(3000 * slowness);
    }
  });

  /** All headers at once, and then a byte now and then. */
  async function slowBody(head: string): Promise<Outcome> {
    const { connect } = await import('node:net');
    const started = performance.now();
    return new Promise(resolve => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(head));
      const timer = setInterval(() => socket.write('x'), 200);
      let answer = '';
      socket.on('data', chunk => {
        answer += chunk.toString('latin1');
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(timer);
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
        resolve({ status, body: answer, milliseconds: performance.now() - started });
      });
    });
  }

  test(`${fuzzed} random requests get no internal error`, async () => {
    const random = Random.fromSeed(Number(process.env.PIX2PIX_SEED ?? 1));
    const counts = new Map<number, number>();
    for (let i = 0; i < fuzzed; i += 10) {
      const attempts = Array.from({ length: 10 }, () => randomAttempt(random));
      const outcomes = await Promise.all(attempts.map(each => attempt(server.port, each)));
      outcomes.forEach(({ status, body, milliseconds }, j) => {
        const what = `${JSON.stringify(attempts[j])} → ${body.slice(0, 300)}`;
        expect(status, what).toBeGreaterThanOrEqual(200);
        expect(status, what).toBeLessThan(500);
        expect(body).not.toMatch(/the secret|root:/);
        expect(milliseconds, what).toBeLessThan(2000 * slowness);
        counts.set(status, (counts.get(status) ?? 0) + 1);
      });
    }
    expect(counts.get(404)).toBeGreaterThan(fuzzed / 10);
    await sleep(100);
  });
});

const clientErrors = Array.from({ length: 100 }, (_, i) => 400 + i);

/** How much longer than on an idle machine things may take: processes of others that want the cores. */
const slowness = Math.max(
  1,
  Number((await readFile('/proc/loadavg', 'utf8').catch(() => '0')).split(' ')[0]) / 2,
);

/** Every file and folder with its size and time; what the workspace gains is the server's business. */
async function treeOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    names.map(async name => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}

function isOutside(entry: string): boolean {
  return !entry.startsWith('workspace');
}

/** A one-bit gray PNG of `side`² pixels with this content. */
function pngOf(side: number, content: Uint8Array): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', content),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

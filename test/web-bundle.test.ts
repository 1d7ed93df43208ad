import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImage } from '../src/core/image.ts';
import { readImageModel } from '../src/export/image-model.ts';
import { writeWebBundle } from '../src/export/web-bundle.ts';
import { largestDifference, variants } from './reference/export-variants.ts';
import { writeTrainedRun } from './reference/trained-run.ts';

const executablePath = '/usr/bin/chromium';
const isReady = existsSync(executablePath) && existsSync('dist/ui/draw.html');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};

describe.skipIf(!isReady)('a web page (needs "apt-get install chromium" and "npm run build")', () => {
  let folder: string;
  let browser: Browser;
  const servers: Server[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-'));
    await writeTrainedRun(join(folder, 'run'), variants[0]![1]);
    const flags =
      '--disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...flags.split(' ')] });
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['fp32', true],
    ['fp32', false],
    ['fp16', false],
  ] as const)('computes in Chromium what Node does: %s, isolated %s', async (precision, isolated) => {
    const site = join(folder, `${precision}-${isolated}`);
    await writeWebBundle(join(folder, 'run'), site, { precision });
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(error.message));
    await page.goto(`${await serve(site, isolated)}/some/path/index.html`);
    await page
      .getByText(isolated ? /WebAssembly, \d+ threads/ : /WebAssembly, 1 thread/)
      .first()
      .waitFor();
    const image = createImage(64, 64);
    image.data.forEach((_, i) => {
      image.data[i] = (i * 37) % 256;
    });
    const model = await readImageModel(join(site, 'model.onnx'));
    const { data } = await model.run(image);
    await model.release();
    const inBrowser = await page.evaluate(computeInPage, [...image.data]);
    expect(largestDifference(inBrowser, data)).toBeLessThanOrEqual(precision === 'fp32' ? 1 : 2);
    expect(problems).toEqual([]);
    await page.close();
  });

  async function serve(site: string, isolated: boolean): Promise<string> {
    const server = createServer(async (request, response) => {
      const path = request.url!.replace(/^\/some\/path/, '').replace(/\?.*/, '');
      const content = await readFile(join(site, path)).catch(() => null);
      response.statusCode = content ? 200 : 404;
      response.setHeader(
        'content-type',
        types[extname(path)] ?? (path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream'),
      );
      if (path.endsWith('.css')) response.setHeader('content-type', 'text/css');
      if (path.endsWith('.svg')) response.setHeader('content-type', 'image/svg+xml');
      if (isolated) {
        response.setHeader('cross-origin-opener-policy', 'same-origin');
        response.setHeader('cross-origin-embedder-policy', 'require-corp');
      }
      response.end(content);
    });
    servers.push(server);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
});

/** Runs in the page: the folder's runtime and model on 64×64 samples. */
async function computeInPage(samples: number[]): Promise<number[]> {
  // The browser's own import: nothing here may rewrite it.
  const load = new Function('address', 'return import(address)');
  const base = (globalThis as unknown as { document: { baseURI: string } }).document.baseURI;
  const ort = await load(new URL('ort/ort.wasm.min.mjs', base).href);
  ort.env.wasm.wasmPaths = new URL('ort/', base).href;
  const session = await ort.InferenceSession.create(new URL('model.onnx', base).href);
  const condition = new ort.Tensor('uint8', Uint8Array.from(samples), [1, 64, 64, 3]);
  const { generated } = await session.run({ condition });
  return [...generated.data];
}

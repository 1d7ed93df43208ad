import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackRun } from '../src/browser/archive.ts';
import { inventPairs, LabRun } from '../src/browser/lab-run.ts';
import { wasm } from '../src/runtime/device.ts';
import { nodeRuntime } from '../src/runtime/node.ts';
import { browserHint, executablePath, hasBrowser, quietFlags } from './reference/browser.ts';
import { relativeDifference, smallPreset } from './reference/same-steps.ts';
import { isBuilt, type StudioProcess, startCommand } from './reference/studio-server.ts';

const SIZE = 32;
const FILTERS = 4;
const PAIRS = 8;

const onProcessor = { ...wasm, provider: 'cpu' };

describe.skipIf(!isBuilt || !hasBrowser)(
  `training in Chromium (needs "npm run build"; ${browserHint})`,
  () => {
    let folder: string;
    let server: StudioProcess;
    let browser: Browser;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lab-device-'));
      server = await startCommand(folder);
      // WebGPU without a graphics processor: Chromium's own SwiftShader.
      const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
      browser = await chromium.launch({ executablePath, args: [...quietFlags, ...gpu] });
    });

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it.each(['wasm', 'webgpu'] as const)(
      'a step on %s leaves what it leaves in Node',
      async backend => {
        const page = await browser.newPage();
        await page.goto(`${server.url}/lab.html`);
        const pairs = inventPairs(PAIRS, SIZE);
        const run = await LabRun.open(nodeRuntime, onProcessor, smallPreset('lite'), pairs);
        const archive = (await page.evaluate(stepInPage(backend, await run.archive()))) as number[];
        const { position, state } = await unpackRun(Uint8Array.from(archive));
        expect(position.step).toBeGreaterThan(0);
        for (let i = 0; i < position.step; i++) await run.next();
        const expected = (await unpackRun(await run.archive())).state;
        await run.close();
        for (const part of ['model', 'memory'] as const) {
          expect([...state[part].keys()]).toEqual([...expected[part].keys()]);
          for (const [name, { data }] of expected[part]) {
            expect(relativeDifference(state[part].get(name)!.data, data), name).toBeLessThan(1e-3);
          }
        }
        await page.close();
      },
      240_000,
    );

    it('goes on from what was kept when the graphics processor is lost', async () => {
      const page = await browser.newPage();
      page.setDefaultTimeout(200_000);
      await page.goto(`${server.url}/lab.html?backend=webgpu`);
      await page.getByLabel('Pixels').selectOption(`${SIZE}`);
      await page.getByLabel('Filters').selectOption(`${FILTERS}`);
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByTestId('step').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Go on' }).waitFor();
      const kept = await stepOf(page);
      await page
        .workers()[0]!
        .evaluate(
          `import('${server.url}/ort/ort.webgpu.min.mjs').then(async ort => (await ort.env.webgpu.device).destroy())`,
        );
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('The graphics processor was lost').waitFor();
      await page.getByRole('button', { name: `Continue at step ${kept}` }).click();
      await expect.poll(() => stepOf(page), { timeout: 200_000 }).toBeGreaterThan(kept);
      await page.close();
    }, 400_000);
  },
);

async function stepOf(page: Page): Promise<number> {
  const shown = page.getByTestId('step');
  return (await shown.count()) === 0 ? 0 : Number(/\d+/.exec((await shown.textContent())!)?.[0]);
}

/** A program for the page: the lab's worker takes a run, does a step, or as many as it takes to stop it, and hands it back. */
function stepInPage(backend: 'wasm' | 'webgpu', archive: Uint8Array): string {
  const assets = 'dist/ui/assets';
  const worker = readdirSync(assets).find(
    file => file.startsWith('worker-') && readFileSync(join(assets, file), 'utf8').includes('pix2pix-lab'),
  );
  const settings = { size: SIZE, filters: FILTERS, source: { count: PAIRS } };
  return `new Promise((resolve, reject) => {
    const worker = new Worker('assets/${worker}', { type: 'module' });
    const runtime = new URL('ort/', document.baseURI).href;
    const run = { archive: Uint8Array.from([${archive}]), settings: ${JSON.stringify(settings)} };
    worker.onmessage = ({ data }) => {
      if (data.kind === 'hello') worker.postMessage({ kind: 'import', ...run });
      if (data.kind === 'step') worker.postMessage({ kind: 'pause' });
      if (data.kind === 'paused') worker.postMessage({ kind: 'archive' });
      if (data.kind === 'archive') resolve([...data.archive]);
      if (data.kind === 'failed') reject(new Error(data.message));
    };
    worker.postMessage({ kind: 'hello', runtime, backend: '${backend}', threads: 1 });
  })`;
}

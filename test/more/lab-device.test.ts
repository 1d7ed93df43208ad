import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserHint, executablePath, hasBrowser, quietFlags } from '../reference/browser.ts';
import { expectSameStepInPage, FILTERS, SIZE, stepOf } from '../reference/lab-page.ts';
import { isBuilt, type StudioProcess, startCommand } from '../reference/studio-server.ts';

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

    it('a step on WebGPU leads to the same state as a step in Node', () =>
      expectSameStepInPage(browser, server.url, 'webgpu'));

    it('continues from the saved state after the GPU was lost', async () => {
      const page = await browser.newPage();
      page.setDefaultTimeout(200_000);
      await page.goto(`${server.url}/?backend=webgpu#/lab`);
      await page.getByLabel('Data set').selectOption('facades');
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
          `import('${server.url}/ort/ort.jspi.min.mjs').then(async ort => (await ort.env.webgpu.device).destroy())`,
        );
      await page.getByText('The GPU was lost').waitFor();
      await page.getByRole('button', { name: `Continue at step ${kept}` }).click();
      await expect.poll(() => stepOf(page), { timeout: 200_000 }).toBeGreaterThan(kept);
      await page.close();
    }, 400_000);
  },
);

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { executablePath, hasBrowser, quietFlags } from './reference/browser.ts';
import { commandIn } from './reference/command.ts';
import { expectSameStepInPage, stepOf } from './reference/lab-page.ts';
import { isBuilt, type StudioProcess, startCommand } from './reference/studio-server.ts';

const missing = hasBrowser ? (isBuilt ? '' : 'npm run build') : 'apt-get install chromium';

describe.skipIf(missing !== '')(`training in a tab${missing && ` (first: ${missing})`}`, () => {
  let folder: string;
  let server: StudioProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-'));
    server = await startCommand(folder);
    browser = await chromium.launch({ executablePath, args: [...quietFlags] });
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.on('pageerror', error => complaints.push(error.message));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  // On WebGPU: test/more/lab-device.test.ts.
  it('a step in WebAssembly leads to the same state as a step in Node', () =>
    expectSameStepInPage(browser, server.url, 'wasm'));

  it('trains for 100 steps, survives a reload, and continues', async () => {
    await page.goto(`${server.url}/?backend=wasm#/lab`);
    await page.getByLabel('Data set').selectOption('facades');
    await page.getByLabel('Pixels').selectOption('32');
    await page.getByLabel('Filters').selectOption('4');
    await page.getByRole('button', { name: 'Start' }).click();
    await reach(page, 100);
    await page.reload();
    await page.getByRole('button', { name: /^Continue at step 1\d\d$/ }).click();
    await reach(page, 102);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    expect(complaints).toEqual([]);
  }, 240_000);

  it('downloads a run folder with which the command translates and continues training', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download run' }).click(),
    ]);
    await unpack(await readFile(await download.path()), folder);
    const run = join(folder, 'lab');
    const data = join(folder, 'data');
    await writeSyntheticFacades(data, { train: 40, test: 1, size: 32, seed: 0 });
    const out = join(folder, 'out');
    await done('translate', run, join(data, 'test', '0001.png'), '--side', 'B', '--out', out);
    expect((await readFile(join(out, '0001.png'))).length).toBeGreaterThan(100);
    const from = await stepOf(page);
    const to = String(from + 2);
    const said = await done('train', data, '--resume', run, '--steps', to, '--device', 'cpu');
    expect(said).toContain(`Finished after ${to} steps`);
  });
});

/** Waits until the page has done so many steps and kept a state. */
async function reach(page: Page, step: number): Promise<void> {
  const timeout = 200_000;
  await expect.poll(() => stepOf(page), { timeout, interval: 200 }).toBeGreaterThanOrEqual(step);
  if (step === 100)
    await page
      .getByTestId('saved')
      .filter({ hasText: /1\d\d$/ })
      .waitFor({ timeout });
}

async function unpack(zip: Uint8Array, folder: string): Promise<void> {
  for (const [path, bytes] of Object.entries(unzipSync(zip))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

const pix2pix = commandIn(() => process.cwd());

/** What a command that succeeds prints. */
async function done(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await pix2pix(words);
  expect(status, stderr).toBe(0);
  return stdout;
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { unpackRun } from '../src/browser/archive.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { savePicture, testPicture } from './data-fixtures.ts';
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
    await startIn(page, server.url);
    await reach(page, 100);
    await page.reload();
    await page.getByRole('button', { name: /^Continue at step 1\d\d$/ }).click();
    await reach(page, 102);
    await pause(page);
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

  it('keeps its last steps when one goes to another page', async () => {
    await page.getByRole('button', { name: 'Go on' }).click();
    const from = await stepOf(page);
    await reach(page, from + 2);
    await visit(page, 'Runs');
    await visit(page, 'Lab');
    await page.getByRole('button', { name: 'Continue at step' }).waitFor();
    expect(await storedStepOf(page)).toBeGreaterThanOrEqual(from + 2);
    expect(complaints).toEqual([]);
  });

  it('"Watch it learn" offers the stored run, which only a confirmed start replaces', async () => {
    const stored = await storedStepOf(page);
    await visit(page, 'Draw');
    await page.getByRole('link', { name: 'Watch it learn' }).click();
    await page.waitForURL(/#\/lab$/);
    expect(await storedStepOf(page)).toBe(stored);
    const question = page.getByRole('dialog', { name: 'Replace the run?' });
    await page.getByRole('button', { name: 'Start' }).click();
    await question.getByText(`the one at step ${stored} will be lost`).waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: `Continue at step ${stored}` }).click();
    await reach(page, stored + 1);
    await page.getByRole('button', { name: 'Start again' }).click();
    await question.getByRole('button', { name: 'Replace it' }).click();
    await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeLessThan(stored);
    expect(complaints).toEqual([]);
  }, 120_000);

  it('asks before the tab is left only while steps would be lost', async () => {
    const watched = await browser.newPage();
    const questions: string[] = [];
    watched.on('dialog', async dialog => {
      questions.push(dialog.type());
      await dialog.dismiss();
    });
    await startIn(watched, server.url);
    await reach(watched, 1);
    await watched.evaluate('setTimeout(() => location.reload())');
    await expect.poll(() => questions, { timeout: 30_000 }).toEqual(['beforeunload']);
    await pause(watched);
    await watched.reload();
    expect(await storedStepOf(watched)).toBeGreaterThan(0);
    expect(questions).toHaveLength(1);
    await watched.close();
  }, 120_000);

  it('downloads the run when one goes to another page and the browser refuses to keep it', async () => {
    const refused = await browser.newPage();
    const devTools = await refused.context().newCDPSession(refused);
    await devTools.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1 });
    await startIn(refused, server.url);
    await reach(refused, 1);
    expect(await downloadedStep(refused, () => visit(refused, 'Runs'))).toBeGreaterThan(0);
    await refused.getByText('drop lab.zip on the Lab to continue').waitFor();
    await refused.close();
  }, 120_000);

  it('keeps the run of one tab only, and says so in the other', async () => {
    const context = await browser.newContext();
    const [first, second] = [await context.newPage(), await context.newPage()];
    await startIn(first, server.url);
    await reach(first, 1);
    await pause(first);
    const kept = await stepOf(first);
    await second.goto(`${server.url}/?backend=wasm#/lab`);
    await second.getByRole('button', { name: `Continue at step ${kept}` }).click();
    await second.getByText('another tab with the Lab keeps its own').waitFor();
    await reach(second, kept + 1);
    await pause(second);
    expect(await downloadedStep(second, () => visit(second, 'Runs'))).toBeGreaterThan(kept);
    await first.reload();
    expect(await storedStepOf(first)).toBe(kept);
    await context.close();
  }, 120_000);

  it('keeps and downloads a run also on plain http from another machine', async () => {
    const open = await startCommand(folder, '--host', '0.0.0.0', '--token', 'secret');
    onTestFinished(() => open.stop());
    const remote = await browser.newPage();
    await remote.goto(open.url);
    expect(await remote.evaluate('[isSecureContext, crypto.subtle]')).toEqual([false, undefined]);
    await startIn(remote, new URL(open.url).origin);
    await reach(remote, 26);
    await pause(remote);
    const step = await stepOf(remote);
    const ask = () => remote.getByRole('button', { name: 'Download run' }).click();
    expect(await downloadedStep(remote, ask)).toBe(step);
    await remote.reload();
    expect(await storedStepOf(remote)).toBe(step);
    await remote.close();
  }, 240_000);

  it('sends no picture to the studio, not even one that this browser can not read', async () => {
    const sent: string[] = [];
    page.on('request', request => request.method() !== 'GET' && sent.push(request.url()));
    const tiff = await savePicture(join(folder, 'drawing.tif'), testPicture(32, 32));
    await page.locator('.lab-board input[type=file]').setInputFiles(tiff);
    await page.getByText('Cannot read "drawing.tif"').waitFor();
    expect(sent).toEqual([]);
  });
});

/** Starts a small run on synthetic facades. */
async function startIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/?backend=wasm#/lab`);
  await page.getByLabel('Data set').selectOption('facades');
  await page.getByLabel('Pixels').selectOption('32');
  await page.getByLabel('Filters').selectOption('4');
  await page.getByRole('button', { name: 'Start' }).click();
}

/** Goes to another of the studio's pages without loading the studio again. */
function visit(page: Page, title: string): Promise<void> {
  return page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
}

async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Go on' }).waitFor();
}

/** The step of the run that is downloaded when one does something. */
async function downloadedStep(page: Page, act: () => Promise<void>): Promise<number> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return (await unpackRun(await readFile(await download.path()))).position.step;
}

/** The step of the run that the page offers to continue. */
async function storedStepOf(page: Page): Promise<number> {
  const offer = page.getByRole('button', { name: /^Continue at step \d+$/ });
  return Number(/\d+/.exec((await offer.textContent())!)![0]);
}

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

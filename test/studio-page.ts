import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Image } from '../src/core/image.ts';
import { decodeImage } from '../src/images/decoding/decode.ts';
import type { RunDetail, RunSummary } from '../src/server/api.ts';
import { hasBrowser, launchBrowser, type WatchedPage, watchedPage } from './reference/browser.ts';
import { ask, askUntil, isBuilt, type StudioProcess, startCommand } from './reference/studio-server.ts';
import { tinyWorkspace } from './studio-fixtures.ts';

export const hasPage = isBuilt && existsSync('dist/ui/index.html') && hasBrowser;

/** A studio in a process of its own, and a browser to look at it. */
export interface PageUnderTest {
  readonly folder: string;
  readonly server: StudioProcess;
  /** Ends the server, and starts it again at the same address. */
  restart(): Promise<void>;
  /**
   * Shows a place in the page that the tests share, as loading one takes longer than most tests; in one of its own where
   * the test needs options.
   */
  open(path: string, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Shows a place in a page of its own. @param port where the browser finds the studio; otherwise its own. */
  openAnother(path: string, options?: BrowserContextOptions, port?: number): Promise<WatchedPage>;
}

/** For the tests of a file: a studio whose run `model` has this config, hardly trained. */
export function pageUnderTest(config: object): PageUnderTest {
  let [browser, server, folder, sharedPage]: [Browser?, StudioProcess?, string?, WatchedPage?] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pix2pix-page-'));
    await tinyWorkspace(folder);
    [browser, server] = await Promise.all([launchBrowser(), startCommand(folder)]);
    await ask<RunSummary>(server, '/api/runs', { dataset: 'facades', name: 'model', config });
    await askUntil<RunDetail>(server, '/api/runs/model', ({ status }) => status === 'finished');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const tested: PageUnderTest = {
    get folder() {
      return folder!;
    },
    get server() {
      return server!;
    },
    restart: async () => {
      const { port } = server!;
      await server!.stop('SIGKILL');
      server = await startCommand(folder!, '--port', String(port));
    },
    open: async (path, options) => {
      if (options) return tested.openAnother(path, options);
      sharedPage ??= await newPage(browser!, server!.port);
      sharedPage.faults.length = 0;
      // By way of another place, so that nothing is left of what a test before did at this one.
      for (const place of ['#/runs', path])
        await sharedPage.page.goto(`http://127.0.0.1:${server!.port}/${place}`);
      return sharedPage;
    },
    openAnother: async (path, options, port = server!.port) => {
      const watched = await newPage(browser!, port, options);
      onTestFinished(() => watched.page.context().close());
      await watched.page.goto(`http://127.0.0.1:${port}/${path}`);
      return watched;
    },
  };
  return tested;
}

async function newPage(
  browser: Browser,
  port: number,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(120_000);
  return watchedPage(context, `http://127.0.0.1:${port}`);
}

export function eventually<T>(read: () => T) {
  return expect.poll(read, { interval: 50, timeout: 120_000 });
}

/** The step that a run's page shows. */
export async function stepOf(page: Page): Promise<number> {
  const text = await page.locator('[data-fact="Step"]').textContent();
  return Number(text!.split('/')[0]!.replaceAll(',', ''));
}

export async function stepAbove(page: Page, step: number): Promise<void> {
  await eventually(() => stepOf(page)).toBeGreaterThan(step);
}

/** How many points the curves have. */
export async function pointsOf(page: Page): Promise<number> {
  const label = await page.locator('.plot').getAttribute('aria-label');
  return Number(/over ([\d,]+) points/.exec(label!)![1]!.replaceAll(',', ''));
}

/** A canvas as a `data:` URL. */
export function pixelsOf(canvas: Locator): Promise<string> {
  return canvas.evaluate(element => (element as unknown as { toDataURL(): string }).toDataURL());
}

/** Draws a door on the draw page, waits for its translation and takes it back; returns how long the translation took, in ms. */
export async function drawAndUndo(page: Page): Promise<number> {
  await page.getByTestId('timing').filter({ hasText: 'WebAssembly, 2 threads' }).waitFor();
  const [drawing, result] = [page.locator('.board canvas'), page.locator('canvas.result')];
  await eventually(() => page.getByRole('button', { name: 'Undo' }).isEnabled()).toBe(true);
  await page.waitForTimeout(300);
  const begun = [await pixelsOf(drawing), await pixelsOf(result)];
  await page.getByRole('button', { name: 'door', exact: true }).click();
  const box = (await page.locator('.board').boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.7);
  const drawn = performance.now();
  await page.mouse.up();
  await eventually(() => pixelsOf(result)).not.toBe(begun[1]);
  const milliseconds = performance.now() - drawn;
  expect(await pixelsOf(drawing)).not.toBe(begun[0]);
  await page.keyboard.press('Control+z');
  await eventually(() => pixelsOf(drawing)).toBe(begun[0]);
  await eventually(() => pixelsOf(result)).toBe(begun[1]);
  return milliseconds;
}

/** The picture in a `data:` URL. */
export function imageOfUrl(url: string): Promise<Image> {
  return decodeImage(Buffer.from(url.split(',')[1]!, 'base64'));
}

/** The largest difference of two pictures of the same size, in levels. */
export function largestDifference(a: Image, b: Image): number {
  expect([b.width, b.height, b.channels]).toEqual([a.width, a.height, a.channels]);
  return a.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b.data[i]!)), 0);
}

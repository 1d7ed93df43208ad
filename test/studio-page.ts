import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
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
  /** @param port where the browser finds the studio; otherwise its own. */
  open(path: string, options?: BrowserContextOptions, port?: number): Promise<WatchedPage>;
}

/** For the tests of a file: a studio whose run `model` has this config, hardly trained. */
export function pageUnderTest(config: object): PageUnderTest {
  let [browser, server, folder]: [Browser?, StudioProcess?, string?] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pix2pix-page-'));
    await tinyWorkspace(folder);
    [browser, server] = await Promise.all([launchBrowser(), startCommand(folder)]);
    await ask<RunSummary>(server, '/api/runs', { dataset: 'facades', name: 'model', config });
    await askUntil<RunDetail>(server, '/api/runs/model', ({ status }) => status === 'finished');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  return {
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
    open: async (path, options = {}, port = server!.port) => {
      const context = await browser!.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      context.setDefaultTimeout(40_000);
      onTestFinished(() => context.close());
      const url = `http://127.0.0.1:${port}`;
      const watched = await watchedPage(context, url);
      await watched.page.goto(`${url}/${path}`);
      return watched;
    },
  };
}

export function eventually<T>(read: () => T) {
  return expect.poll(read, { interval: 25, timeout: 60_000 });
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

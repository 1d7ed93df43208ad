import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import {
  browserHint,
  hasBrowser,
  launchBrowser,
  type WatchedPage,
  watchedPage,
} from '../reference/browser.ts';
import { violationsIn } from '../reference/page-access.ts';
import { figures, useFigure } from '../reference/site-figures.ts';
import { type StaticSite, serveFolders } from '../reference/static-site.ts';

// The documentation as a site, built for a path of its own.

const run = promisify(execFile);
const base = '/somewhere/';
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const mainPages = ['', 'getting-started.html', 'tutorial/index.html', 'settings.html', 'results.html'];
const site = await mkdtemp(join(tmpdir(), 'pix2pix-site-'));

/** Why VitePress could not be installed; undefined where it was. */
let unreachable: string | undefined;
let pages: ReadonlyMap<string, string>;

beforeAll(async () => {
  unreachable = await install();
  if (unreachable) return;
  const env = { ...process.env, DOCS_BASE: base };
  await run('npm', ['run', 'docs:build', '--', '--outDir', site], { env });
  pages = new Map(await readPages());
}, 600_000);

afterAll(() => rm(site, { recursive: true, force: true }));

test('what the site is made with has no type errors', async context => {
  needsSite(context);
  const { stdout } = await run('node_modules/.bin/tsc', ['--noEmit', '--project', 'docs']).catch(
    error => error,
  );
  expect(stdout).toBe('');
}, 120_000);

test('every link leads to a page, and to a heading on it', async context => {
  needsSite(context);
  expect(pages.size).toBeGreaterThan(30);
  const lost = [...pages].flatMap(([name, html]) =>
    hrefsIn(html)
      .filter(href => href.startsWith(base) || href.startsWith('#'))
      .filter(href => !leadsSomewhere(name, href))
      .map(href => `${name}: ${href}`),
  );
  expect(lost).toEqual([]);
});

test('the first page with all that it loads is below 200 kB', async context => {
  needsSite(context);
  const html = pages.get('index.html')!;
  const files = new Set(
    [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css|svg|png|jpg|webp))"/g)].map(([, path]) => path!),
  );
  expect(files.size).toBeGreaterThan(3);
  expect(gzipSync(html).length + (await weightOf(files))).toBeLessThan(200_000);
});

test('pages load nothing from elsewhere', context => {
  needsSite(context);
  const foreign = [...pages].flatMap(([name, html]) =>
    [...html.matchAll(/<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)"/g)].map(
      ([, url]) => `${name}: ${url}`,
    ),
  );
  expect(foreign).toEqual([]);
});

describe.skipIf(!hasBrowser)(`in Chromium (${browserHint})`, () => {
  let server: StaticSite;
  let browser: Browser;

  beforeAll(async () => {
    server = await serveFolders({ [base]: site });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('a page with live figures loads less than 200 kB before one is used', async context => {
    needsSite(context);
    const { page, faults } = await watchedPage(await browser.newContext(), server.url);
    const earlier = server.requests.length;
    await page.goto(`${server.url}${base}tutorial/2-pix2pix.html`);
    const loaded = () => [...new Set(server.requests.slice(earlier))].filter(path => path.startsWith(base));
    await expect
      .poll(() => loaded().some(path => path.includes('/draw-and-see.')), { timeout: 30_000 })
      .toBe(true);
    await page.waitForLoadState('networkidle');
    expect(await weightOf(loaded())).toBeLessThan(200_000);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test.for([1440, 390])(
    'at %i px, every live figure computes and its page is accessible',
    { timeout: 300_000 },
    async (width, context) => {
      needsSite(context);
      const { page, faults } = await openPage(width);
      for (const place of new Set(figures.map(figure => figure.place))) {
        await page.goto(`${server.url}${base}${place}`);
        for (const figure of figures) if (figure.place === place) await useFigure(page, figure);
        await expectAccessiblePage(page, place, width);
      }
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  test.for([1440, 390])(
    'at %i px, the main pages are accessible',
    { timeout: 120_000 },
    async (width, context) => {
      needsSite(context);
      const { page, faults } = await openPage(width);
      for (const place of mainPages) {
        await page.goto(`${server.url}${base}${place}`);
        await expectAccessiblePage(page, place, width);
      }
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  async function openPage(width: number): Promise<WatchedPage> {
    const viewport = { width, height: 844 };
    const options = { viewport, colorScheme: 'light', reducedMotion: 'reduce' } as const;
    return watchedPage(await browser.newContext(options), server.url);
  }
});

/**
 * The page fits its width and has no violations, in light and in dark, but for the shortcut that VitePress shows in its
 * search button and leaves out of its name.
 */
async function expectAccessiblePage(page: Page, place: string, width: number): Promise<void> {
  await page.locator('h1').first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth'), place).toBe(width);
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe);
  expect(await violationsIn(page, { except: ['label-content-name-mismatch'] }), `${place}, light`).toEqual(
    [],
  );
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsIn(page, { only: ['color-contrast'] }), `${place}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Bytes of files of the site, compressed, as they are served. @param paths with the base */
async function weightOf(paths: Iterable<string>): Promise<number> {
  const sizes = await Promise.all(
    Array.from(paths, async path => gzipSync(await readFile(join(site, path.slice(base.length)))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Installs what docs/package.json names, where it isn't there. Returns why that was impossible. */
async function install(): Promise<string | undefined> {
  try {
    await access('docs/node_modules/.bin/vitepress');
  } catch {
    try {
      await run('npm', ['ci', '--prefix', 'docs']);
    } catch (error) {
      return `npm ci --prefix docs failed: ${(error as Error).message}`;
    }
  }
}

function needsSite(context: TestContext): void {
  if (unreachable) context.skip(unreachable);
}

async function readPages(): Promise<[string, string][]> {
  const names = (await readdir(site, { recursive: true })).filter(name => name.endsWith('.html'));
  return Promise.all(
    names.map(async name => [name, await readFile(join(site, name), 'utf8')] as [string, string]),
  );
}

function hrefsIn(html: string): string[] {
  return [...html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href]) => href!.replaceAll('&amp;', '&'));
}

function leadsSomewhere(from: string, href: string): boolean {
  const [path, anchor] = href.split('#') as [string, string | undefined];
  const name = path === '' ? from : path.slice(base.length).replace(/^$|\/$/, '$&index.html');
  const html = pages.get(name);
  if (html === undefined) return false;
  return !anchor || html.includes(`id="${decodeURIComponent(anchor)}"`);
}

import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { sidebar } from '../../docs/.vitepress/sidebar.ts';
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
const mainPages = [
  'index.html',
  'getting-started.html',
  'tutorial/index.html',
  'settings.html',
  'results.html',
];
const inSidebar = sidebar.flatMap(({ items }) => items);
const everyPage = [
  'index.html',
  ...inSidebar.map(({ link }) => `${link.slice(1).replace(/\/$/, '/index')}.html`),
];
/** axe takes long on them, and TypeDoc's other pages are made of the same parts. */
const longPage = /^api\/pix2pix\/(index|browser|namespaces)/;
const figurePages = new Set(figures.map(({ place }) => place));
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

test('the sidebar lists every page', context => {
  needsSite(context);
  expect([...pages.keys()].filter(name => name !== '404.html').sort()).toEqual(everyPage.toSorted());
});

test('the reference has every entry point of the package', async () => {
  const { exports } = JSON.parse(await readFile('package.json', 'utf8'));
  const names = Object.keys(exports)
    .filter(path => path !== './package.json')
    .map(path => `pix2pix${path.slice(1)}`);
  expect(inSidebar.map(({ text }) => text)).toEqual(expect.arrayContaining(names));
});

test('every live figure that is registered is on a page', async () => {
  const theme = await readFile('docs/.vitepress/theme/index.ts', 'utf8');
  const registered = [...theme.matchAll(/^ {2}(\w+): \(\) => import\(/gm)].map(([, name]) => name!);
  const sources = await Promise.all(
    Array.from(figurePages, place => readFile(`docs/${place.replace(/html$/, 'md')}`, 'utf8')),
  );
  const used = sources.flatMap(text => [...text.matchAll(/^<([A-Z]\w+)>$/gm)].map(([, name]) => name!));
  expect(used.sort()).toEqual(registered.sort());
});

test('every live figure on a page is one that is used here', context => {
  needsSite(context);
  const shown = [...pages].flatMap(([place, html]) =>
    [...html.matchAll(/<figure class="live-figure" aria-label="([^"]+)"/g)].map(
      ([, title]) => `${place}: ${title}`,
    ),
  );
  expect(shown.sort()).toEqual(figures.map(({ place, title }) => `${place}: ${title}`).sort());
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
      for (const place of figurePages) {
        await page.goto(`${server.url}${base}${place}`);
        for (const figure of figures) if (figure.place === place) await useFigure(page, figure);
        await expectFit(page, place, width);
        await expectAccessible(page, place);
        await expectContrastInDark(page, place);
      }
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  test('the search finds a page and opens it', { timeout: 120_000 }, async context => {
    needsSite(context);
    const { page, faults } = await openPage(1440);
    await page.goto(`${server.url}${base}getting-started.html`, { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('label maps');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/label-maps.html*');
    await page.getByRole('heading', { level: 1, name: 'Label maps' }).waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test.for([
    ['the main pages', 1440, mainPages],
    ['all pages', 390, everyPage],
  ] as const)('%s are accessible at %i px', { timeout: 600_000 }, async ([, width, places], context) => {
    needsSite(context);
    const { page, faults } = await openPage(width);
    for (const place of places) {
      await page.goto(`${server.url}${base}${place}`);
      await expectFit(page, place, width);
      if (!longPage.test(place)) await expectAccessible(page, place);
      if (mainPages.includes(place)) await expectContrastInDark(page, place);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  async function openPage(width: number): Promise<WatchedPage> {
    const viewport = { width, height: 844 };
    const options = { viewport, colorScheme: 'light', reducedMotion: 'reduce' } as const;
    return watchedPage(await browser.newContext(options), server.url);
  }
});

async function expectFit(page: Page, place: string, width: number): Promise<void> {
  await page.locator('h1').first().waitFor();
  expect.soft(await page.evaluate('document.documentElement.scrollWidth'), place).toBe(width);
}

/**
 * The page has no violations in light, but for the shortcut that VitePress shows in its search button and leaves out of
 * its name.
 */
async function expectAccessible(page: Page, place: string): Promise<void> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe);
  expect
    .soft(await violationsIn(page, { except: ['label-content-name-mismatch'] }), `${place}, light`)
    .toEqual([]);
}

/** The page has axe. */
async function expectContrastInDark(page: Page, place: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  expect.soft(await violationsIn(page, { only: ['color-contrast'] }), `${place}, dark`).toEqual([]);
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
  if (!unreachable) return;
  if (process.env.CI) throw new Error(unreachable);
  context.skip(unreachable);
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

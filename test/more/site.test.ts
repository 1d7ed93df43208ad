import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';

// The documentation as a site, built for a path of its own.

const run = promisify(execFile);
const base = '/somewhere/';
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
  const sizes = await Promise.all(
    [...files].map(async path => gzipSync(await readFile(join(site, path.slice(base.length)))).length),
  );
  expect(files.size).toBeGreaterThan(3);
  expect(gzipSync(html).length + sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
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

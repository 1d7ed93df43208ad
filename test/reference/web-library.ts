import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { createImage } from '../../src/core/image.ts';
import { writeOnnx } from '../../src/export/onnx-file.ts';
import { writeWebBundle } from '../../src/export/web-bundle.ts';
import { encodePng } from '../../src/images/encoding/encode.ts';
import { hasBrowser, launchBrowser } from './browser.ts';
import { variants } from './export-variants.ts';
import { type StaticSite, serveFolders } from './static-site.ts';
import { writeTrainedRun } from './trained-run.ts';

/** Whether there are a browser and a built library to test with. */
export const hasLibrary = hasBrowser && existsSync('dist-web/index.js') && existsSync('dist/ui/draw.html');

/** Side of the model's pictures. */
export const SIZE = 64;

/** A site with a model at `/site/`, the library at `/library/`, and pages that use them. */
export interface LibraryUnderTest {
  readonly folder: string;
  readonly site: StaticSite;
  /** The same files at another address, which lets every site read them. */
  readonly elsewhere: StaticSite;
  /** Again at another address, which does not. */
  readonly guarded: StaticSite;
  newPage(): Promise<Page>;
  /** A page with the library as `pix2pix`. */
  open(): Promise<Page>;
}

/** For the tests of a file. The model is small, and hardly different from a trained one. */
export function libraryUnderTest(args: readonly string[] = []): LibraryUnderTest {
  let folder: string;
  let browser: Browser;
  let sites: StaticSite[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-library-'));
    await writeModels(folder);
    const folders = {
      '/site/': join(folder, 'site'),
      '/library/': 'dist-web',
      '/pages/': join(folder, 'pages'),
    };
    sites = await Promise.all([
      serveFolders(folders, { isolated: true, answer: neverEnds }),
      serveFolders(folders, { shared: true }),
      serveFolders(folders),
    ]);
    browser = await launchBrowser(args);
  });
  afterAll(async () => {
    await browser?.close();
    for (const site of sites) await site.close();
    await rm(folder, { recursive: true, force: true });
  });
  const newPage = async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    return page;
  };
  return {
    get folder() {
      return folder;
    },
    get site() {
      return sites[0]!;
    },
    get elsewhere() {
      return sites[1]!;
    },
    get guarded() {
      return sites[2]!;
    },
    newPage,
    open: async () => {
      const page = await newPage();
      await page.goto(`${sites[0]!.url}/pages/plain.html`);
      await page.waitForFunction('globalThis.pix2pix !== undefined');
      return page;
    },
  };
}

/** Writes the model as `export` does, damaged copies of it, a picture, and an empty page. */
async function writeModels(folder: string): Promise<void> {
  const run = join(folder, 'run');
  await writeTrainedRun(run, variants[0]![1]);
  const site = join(folder, 'site');
  await writeWebBundle(run, site, {});
  await writeOnnx(run, join(site, 'tensors.onnx'), { size: 'free', form: 'tensors' });
  const image = createImage(SIZE, SIZE);
  for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 37) % 256;
  await writeFile(join(site, 'picture.png'), await encodePng(image));
  const model = await readFile(join(site, 'model.onnx'));
  await writeFile(join(site, 'short.onnx'), model.subarray(0, model.length / 2));
  await writeFile(
    join(site, 'damaged.onnx'),
    model.map((byte, i) => (i === model.length >> 1 ? byte ^ 1 : byte)),
  );
  await writeFile(join(site, 'text.onnx'), 'Not found');
  const manifest = JSON.parse(await readFile(join(site, 'model.json'), 'utf8'));
  const variantsOfIt = {
    newer: { format: 99 },
    missing: { model: 'nothing.onnx' },
    truncated: { model: 'short.onnx' },
    other: { model: 'damaged.onnx' },
    unlike: { check: { ...manifest.check, generated: 'check/condition.png' } },
    pending: { model: 'endless.onnx' },
    stuck: { runtime: '/endless/' },
  };
  for (const [name, changes] of Object.entries(variantsOfIt))
    await writeFile(join(site, `${name}.json`), JSON.stringify({ ...manifest, ...changes }));
  await mkdir(join(folder, 'pages'));
  const empty = '<!doctype html><link rel="icon" href="data:,">';
  await writeFile(join(folder, 'pages', 'empty.html'), empty);
  const script = 'globalThis.pix2pix = await import("/library/index.js")';
  await writeFile(join(folder, 'pages', 'plain.html'), `${empty}<script type="module">${script}</script>`);
}

/** Sends the beginning of what is called endless, and nothing more. */
function neverEnds({ url }: IncomingMessage, response: ServerResponse): boolean {
  if (!url?.includes('endless')) return false;
  response.setHeader('content-type', 'application/octet-stream');
  response.write(new Uint8Array(5000));
  return true;
}

/** Runs a program in the page, in which `site` gives addresses of `/site/`; gives what it returns. */
export function inPage<Result>(page: Page, program: string): Promise<Result> {
  return page.evaluate(`(async () => {
    const { load, clearCache, Pix2PixError } = globalThis.pix2pix;
    const { model } = globalThis;
    const site = name => new URL('/site/' + name, location.href).href;
    const canvasOf = (width, height, color) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      context.fillStyle = color;
      context.fillRect(0, 0, width, height);
      return canvas;
    };
    return (async () => { ${program} })();
  })()`);
}

/** The code and the message of the error that a program throws; `name` for what is not the library's. */
export async function failureInPage(page: Page, program: string): Promise<{ code: string; message: string }> {
  const failure = await inPage<{ code: string; message: string } | null>(
    page,
    `try { await (async () => { ${program} })(); return null; } catch (error) {
      const code = error instanceof Pix2PixError ? error.code : error.name;
      return { code, message: error.message };
    }`,
  );
  expect(failure).not.toBeNull();
  return failure!;
}

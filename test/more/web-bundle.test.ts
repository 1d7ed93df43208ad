import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImage, type Image, type Samples } from '../../src/core/image.ts';
import { writeOnnx } from '../../src/export/onnx-file.ts';
import { writeWebBundle } from '../../src/export/web-bundle.ts';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { openTranslator } from '../../src/translate/translator.ts';
import { browserHint, hasBrowser, launchBrowser } from '../reference/browser.ts';
import {
  largestDifference,
  planesOf,
  psnr,
  runOwnGraph,
  trainedValues,
  variants,
} from '../reference/export-variants.ts';
import { type StaticSite, serveFolders } from '../reference/static-site.ts';
import { writeTrainedRun } from '../reference/trained-run.ts';

/** The page of `export --web`, by its precision and by whether its server isolates it, so that it may use threads. */
const cases = (['float32', 'float16', 'int8'] as const).flatMap(precision =>
  [true, false].map(isolated => [precision, isolated] as const),
);

const isReady = hasBrowser && existsSync('dist/ui/draw.html');

describe.skipIf(!isReady)(`an exported page (needs "npm run build"; ${browserHint})`, () => {
  let folder: string;
  let browser: Browser;
  const sites: StaticSite[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-'));
    await writeTrainedRun(join(folder, 'run'), variants[0]![1]);
    await writeSyntheticFacades(join(folder, 'data'), { train: 3, test: 1, size: 64, seed: 1 });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    for (const site of sites) await site.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(cases)('computes in Chromium what Node does: %s, isolated %s', async (precision, isolated) => {
    const site = join(folder, `${precision}-${isolated}`);
    const data = precision === 'int8' ? join(folder, 'data') : undefined;
    await writeWebBundle(join(folder, 'run'), site, { precision, data });
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(error.message));
    const server = await serveFolders({ '/some/path/': site }, { isolated });
    sites.push(server);
    await page.goto(`${server.url}/some/path/draw.html`);
    await page
      .getByText(isolated ? /WebAssembly, \d+ threads/ : /WebAssembly, 1 thread/)
      .first()
      .waitFor();
    const image = createImage(64, 64);
    image.data.forEach((_, i) => {
      image.data[i] = (i * 37) % 256;
    });
    const input: PageInput = {
      file: 'model.onnx',
      type: 'uint8',
      shape: [1, 64, 64, 3],
      samples: [...image.data],
    };
    const inBrowser = Uint8Array.from(await page.evaluate(computeInPage, input));
    const inNode = await translated(join(site, 'model.onnx'), image);
    expect(largestDifference(inBrowser, inNode)).toBeLessThanOrEqual(precision === 'float16' ? 2 : 1);
    const byRun = await translated(join(folder, 'run'), image);
    expect(psnr(inBrowser, byRun)).toBeGreaterThan({ float32: 55, float16: 45, int8: 30 }[precision]);
    if (precision !== 'float32') expect(inBrowser).not.toEqual(byRun);
    if (precision === 'float32') await expectFloats(page, site);
    expect(problems).toEqual([]);
    await page.close();
  });

  /** The bytes of pictures hide what is less than half a level: floats as the run's own graph gives them. */
  async function expectFloats(page: Page, site: string): Promise<void> {
    await writeOnnx(join(folder, 'run'), join(site, 'tensors.onnx'), { size: 'free', form: 'tensors' });
    const [, config] = variants[0]!;
    const condition = Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => ((i * 37) % 256) / 127.5 - 1);
    const shape = [1, 3, 64, 64];
    const samples = [...planesOf(condition)];
    const input: PageInput = { file: 'tensors.onnx', type: 'float32', shape, samples };
    const inBrowser = await page.evaluate(computeInPage, input);
    const own = await runOwnGraph(config, trainedValues(config), condition);
    expect(largestDifference(inBrowser, planesOf(own))).toBeLessThan(1e-4);
    expect(largestDifference(own, new Float32Array(own.length))).toBeGreaterThan(0.2);
  }

  async function translated(model: string, image: Image): Promise<Samples> {
    const translator = await openTranslator(model);
    const { data } = await translator.translate(image);
    await translator.close();
    return data;
  }
});

interface PageInput {
  readonly file: string;
  readonly type: 'uint8' | 'float32';
  readonly shape: number[];
  readonly samples: number[];
}

/** Runs in the page: the folder's runtime and one of its models. */
async function computeInPage({ file, type, shape, samples }: PageInput): Promise<number[]> {
  // The browser's own import: nothing here may rewrite it.
  const load = new Function('address', 'return import(address)');
  const base = (globalThis as unknown as { document: { baseURI: string } }).document.baseURI;
  const ort = await load(new URL('ort/ort.wasm.min.mjs', base).href);
  ort.env.wasm.wasmPaths = new URL('ort/', base).href;
  const session = await ort.InferenceSession.create(new URL(file, base).href);
  const data = type === 'uint8' ? Uint8Array.from(samples) : Float32Array.from(samples);
  const { generated } = await session.run({ condition: new ort.Tensor(type, data, shape) });
  return [...generated.data];
}

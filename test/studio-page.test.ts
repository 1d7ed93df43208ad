import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { Download, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cropImage, type Image } from '../src/core/image.ts';
import { exportGenerator } from '../src/export/onnx-file.ts';
import { decodeImage } from '../src/images/decoding/decode.ts';
import { metrics } from '../src/metrics/index.ts';
import { openModel } from '../src/runs/model-files.ts';
import { openSession } from '../src/runtime/session.ts';
import type { PairView, RunDetail } from '../src/server/api.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { saveBytes, savePicture, testPicture } from './data-fixtures.ts';
import { browserHint } from './reference/browser.ts';
import { softwareGpu } from './reference/software-gpu.ts';
import { ask, startWithoutAdapter } from './reference/studio-server.ts';
import { plainBitmap } from './studio-app.ts';
import {
  drawAndUndo,
  eventually,
  hasPage,
  pageUnderTest,
  pixelsOf,
  pointsOf,
  stepAbove,
  stepOf,
} from './studio-page.ts';

const SIZE = 64;

describe.skipIf(!hasPage)(`the studio’s page (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest({ preset: 'lite', direction: 'BtoA', size: [SIZE, SIZE], epochs: 1 });
  const { open } = studio;

  test('starts a training, shows it live, loses nothing in a reload, pauses, resumes and stops it', async () => {
    const { page, faults } = await open('#/new');
    await page.getByRole('radio', { name: /^facades/ }).check();
    await page.getByRole('img', { name: /Some pairs of the data set/ }).waitFor();
    await page.getByRole('radio', { name: /^demo/ }).check();
    await page.getByRole('radio', { name: /^B → A/ }).check();
    await page.getByText('All options').click();
    for (const [flag, value] of [
      ['size', '64'],
      ['grow', '32:90%'],
      ['filters', '2'],
      ['epochs', '100000'],
    ] as const)
      await page.getByLabel(flag, { exact: true }).fill(value);
    await page.getByLabel('Device').selectOption('cpu');
    await page.getByLabel('Name (optional)').fill('from the page');
    await page.getByRole('button', { name: 'Start training' }).click();

    await page.getByText('running', { exact: true }).waitFor();
    await stepAbove(page, 5);
    expect(await page.locator('[data-fact="Device"]').textContent()).toBe('cpu');
    expect(await page.locator('[data-fact="Size"]').textContent()).toBe('32 × 32, growing to 64 × 64');
    await expectMoving(page, page.getByTestId('sample-epoch'));
    const points = await pointsOf(page);
    await expectMoving(page, page.locator('.plot'), 'aria-label');
    const before = await stepOf(page);

    await page.reload();
    await stepAbove(page, before);
    await eventually(() => pointsOf(page)).toBeGreaterThanOrEqual(Math.min(points, 1000));

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused', { exact: true }).waitFor();
    // The step that it paused after may still be on its way.
    await page.waitForTimeout(1000);
    const paused = await stepOf(page);
    await page.waitForTimeout(500);
    expect(await stepOf(page)).toBe(paused);
    await page.getByRole('button', { name: 'Resume' }).click();
    await stepAbove(page, paused);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test('offers only the CPU and its precisions without an adapter', async () => {
    const bare = await startWithoutAdapter(studio.folder);
    onTestFinished(() => bare.stop());
    const without = await studio.openAnother('#/new', {}, bare.port);
    await eventually(() => offered(without.page)).toEqual(['auto (cpu)', 'cpu: the CPU']);
    await without.page.getByText('All options').click();
    expect(await without.page.getByLabel('optimizer', { exact: true }).count()).toBe(1);
    expect(await without.page.getByLabel('precision', { exact: true }).count()).toBe(0);
    expect(without.faults).toEqual([]);
  });

  test.skipIf(Object.keys(softwareGpu).length === 0)('offers WebGPU on a software adapter', async () => {
    const { page, faults } = await open('#/new');
    await eventually(() => offered(page)).toEqual([
      'auto (cpu)',
      'cpu: the CPU',
      expect.stringMatching(/^webgpu: SwiftShader/),
    ]);
    await page.getByLabel('Device').selectOption('webgpu');
    await page
      .getByTestId('estimate')
      .filter({ hasText: 'on SwiftShader (software) through WebGPU' })
      .waitFor();
    await page.getByText('All options').click();
    expect(await page.getByLabel('precision', { exact: true }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('a run that is over looks as it did live, with the discriminator’s patches', async () => {
    const { page, faults } = await open('#/run/model');
    await page.getByText('finished', { exact: true }).waitFor();
    expect(await stepOf(page)).toBe(8);
    await page.locator('.heat').first().waitFor();
    expect(await page.locator('.heat').count()).toBe(2);
    const { patches } = await ask<PairView>(studio.server, '/api/runs/model/pairs/test/0');
    const mean = patches[0]!.target.reduce((sum, value) => sum + value, 0) / patches[0]!.target.length;
    const [, caption] = await page.locator('.patch-pictures figcaption strong').allTextContents();
    expect(caption).toBe(`${Math.round(mean * 100)} %`);
    expect(faults).toEqual([]);
  });

  test('branches: a new run starts from a checkpoint, with another rate', async () => {
    const { page, faults } = await open('#/run/model');
    await page.getByRole('button', { name: 'Branch' }).click();
    const dialog = page.getByRole('dialog', { name: 'Branch from model' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Branch' }).click();
    await dialog.getByLabel('Name').fill('model');
    await dialog.getByLabel('Start from').selectOption('8');
    await dialog.getByLabel('Epochs').fill('1');
    await dialog.getByLabel('Learning rate').fill('1e-9');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('Cannot train into "model": a run with that name exists').waitFor();
    await dialog.getByLabel('Name').fill('fine-tuned');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'fine-tuned' }).waitFor();
    await page.getByText('finished', { exact: true }).waitFor();
    const branch = await ask<RunDetail>(studio.server, '/api/runs/fine-tuned');
    expect(branch.config).toMatchObject({ size: [SIZE, SIZE], epochs: 1, optimizer: { learningRate: 1e-9 } });
    // At such a rate it makes of a picture what the model that it comes from does.
    const [own, parent] = await Promise.all(
      ['fine-tuned', 'model'].map(async id => {
        const { generated } = await ask<PairView>(studio.server, `/api/runs/${id}/pairs/test/0`);
        return imageOfUrl(generated);
      }),
    );
    expect(largestDifference(own!, parent!)).toBeLessThanOrEqual(1);
    expect(faults.filter(fault => !fault.includes('409'))).toEqual([]);
  });

  // That this takes less than a second: test/more/studio-draw.test.ts.
  test('draws: a stroke is translated in the browser, and undone', async () => {
    const { page, faults } = await open('#/draw/model');
    await drawAndUndo(page);
    expect(faults).toEqual([]);
  });

  test('draws with keys and with fingers', async () => {
    const { page } = await open('#/draw/model', { hasTouch: true, viewport: { width: 390, height: 844 } });
    const drawing = page.locator('.board canvas');
    await page.locator('canvas.result').waitFor();
    await page.waitForTimeout(300);
    const begun = await pixelsOf(drawing);
    await page.locator('.board').focus();
    await page.keyboard.press('b');
    for (const key of [' ', 'ArrowRight', 'ArrowDown', 'Shift+ArrowDown', ' '])
      await page.keyboard.press(key);
    const byKeys = await pixelsOf(drawing);
    expect(byKeys).not.toBe(begun);
    await page.getByRole('button', { name: 'shop', exact: true }).tap();
    await page.locator('.board').tap({ position: { x: 60, y: 200 } });
    await eventually(() => pixelsOf(drawing)).not.toBe(byKeys);
  });

  test('draws with a model whose data set is elsewhere, and says what is missing', async () => {
    const runs = join(studio.folder, 'runs');
    cpSync(join(runs, 'model'), join(runs, 'moved'), { recursive: true });
    const config = JSON.parse(readFileSync(join(runs, 'moved/config.json'), 'utf8'));
    writeFileSync(
      join(runs, 'moved/config.json'),
      JSON.stringify({ ...config, source: { ...config.source, data: '/elsewhere/facades' } }),
    );
    const { page } = await open('#/draw/moved');
    await page.getByText(/Cannot show colours and test images of run "moved": .+ around "facades"/).waitFor();
    await page.locator('canvas.result').waitFor();
  });

  test("batches made in the browser equal Node's", async () => {
    const { page } = await open('#/draw/model');
    await page.locator('canvas.result').waitFor();
    await page.waitForTimeout(300);
    const drawing = await savedImage(page, 'Save the drawing');
    const generated = await savedImage(page, 'Save');
    const translator = await openTranslator(join(studio.folder, 'runs/model'));
    onTestFinished(() => translator.close());
    expect(largestDifference((await translator.translate(drawing)) as Image, generated)).toBeLessThanOrEqual(
      1,
    );

    // The bytes hide what is less than half a level: floats in and out through the same runtimes.
    const { pieces } = await exportGenerator(await openModel(join(studio.folder, 'runs/model')), {
      size: [SIZE, SIZE],
      form: 'tensors',
    });
    const data = Float32Array.from({ length: 3 * SIZE ** 2 }, (_, i) => ((i * 7919) % 2001) / 1000 - 1);
    const bytes = Buffer.concat(pieces);
    const session = await openSession(bytes);
    const condition = { data, shape: [1, 3, SIZE, SIZE] };
    const here = (await session.run({ condition })).generated!.data as Float32Array;
    await session.release();
    await page.route('**/floats.onnx', route => route.fulfill({ body: bytes }));
    const there = await page.evaluate<number[]>(floatsInPage);
    const differences = there.map((value, i) => Math.abs(value - here[i]!));
    expect(there).toHaveLength(here.length);
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  });

  test('translates pictures of any size, and downloads them all', async () => {
    const { page, faults } = await open('#/translate/model');
    const pictures = [testPicture(50, 37, 1), testPicture(128, 200, 2)];
    const files = await Promise.all(
      pictures.map((picture, i) => savePicture(join(studio.folder, `drop/${i}.png`), picture)),
    );
    await page.getByLabel(/^Scale to the training size/).uncheck();
    await page.getByTestId('files').setInputFiles(files);
    await page.getByText('2 of 2 translated').waitFor();
    const slider = page.getByLabel('Share of the original of 0.png');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await slider.inputValue()).toBe('49');
    const archive = unzipSync(
      await saved(page, () => page.getByRole('button', { name: 'Download all' }).click()),
    );
    expect(Object.keys(archive)).toEqual(['0.png', '1.png']);
    const translator = await openTranslator(join(studio.folder, 'runs/model'));
    onTestFinished(() => translator.close());
    for (const [i, picture] of pictures.entries()) {
      const translated = await decodeImage(Buffer.from(archive[`${i}.png`]!));
      expect(
        largestDifference((await translator.translate(picture)) as Image, translated),
      ).toBeLessThanOrEqual(1);
    }
    expect(faults).toEqual([]);
  });

  test('translates what browsers don’t read, halves of pairs, and says what is no picture', async () => {
    const { page, faults } = await open('#/translate/model');
    const pair = testPicture(128, 64, 3);
    const files = [
      await savePicture(join(studio.folder, 'odd/a.tif'), testPicture(40, 30, 4)),
      await saveBytes(join(studio.folder, 'odd/b.bmp'), plainBitmap(40, 30, [200, 30, 60])),
      await saveBytes(join(studio.folder, 'odd/c.png'), await deepPng(40, 30)),
      await savePicture(join(studio.folder, 'odd/d.png'), pair),
      await saveBytes(join(studio.folder, 'odd/notes.txt'), 'no picture'),
    ];
    await page.getByLabel(/^Scale to the training size/).uncheck();
    await page.getByTestId('files').setInputFiles(files);
    await page.getByText('4 of 5 translated').waitFor();
    await page.getByText('Cannot read "notes.txt": it is not an image in a supported format').waitFor();
    await page.getByLabel(/are pairs: translate only their right half/).check();
    await eventually(() => page.getByText('64×64').count()).toBe(1);
    await page.getByText('4 of 5 translated').waitFor();
    const archive = unzipSync(
      await saved(page, () => page.getByRole('button', { name: 'Download all' }).click()),
    );
    const translator = await openTranslator(join(studio.folder, 'runs/model'));
    onTestFinished(() => translator.close());
    const half = cropImage(pair, 64, 0, 64, 64);
    for (const [name, input] of [
      ['a', await decodeImage(files[0]!)],
      ['d', half],
    ] as const) {
      const output = await decodeImage(Buffer.from(archive[`${name}.png`]!));
      expect(largestDifference((await translator.translate(input)) as Image, output)).toBeLessThanOrEqual(1);
    }
    expect(faults).toEqual([]);
  });

  test('runs a camera through the model', async () => {
    const { page, faults } = await open('#/translate/model');
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.getByRole('button', { name: 'Start the camera' }).click();
    await page
      .getByTestId('frames-per-second')
      .filter({ hasText: /[\d.]+ frames per second/ })
      .waitFor();
    const input = page.getByRole('img', { name: 'Input of the model' });
    const first = await pixelsOf(input);
    await eventually(() => pixelsOf(input)).not.toBe(first);
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(faults).toEqual([]);
  });

  test('compares models beside the target, with the numbers that Node has', async () => {
    const { page, faults } = await open('#/compare?model=model&model=model%408');
    await page.getByRole('combobox', { name: 'Images' }).selectOption('2');
    await page.locator('.comparison-scroll[aria-busy="false"]').waitFor();
    const file = await saved(page, () => page.getByRole('button', { name: 'Download scores' }).click());
    const lines = file.toString('utf8').trim().split('\n');
    expect(lines).toHaveLength(1 + 2 * 2);
    const { name, generated, target } = await ask<PairView>(studio.server, '/api/runs/model/pairs/test/0');
    const [image, truth] = await Promise.all([generated, target].map(imageOfUrl));
    const row = lines[1]!.split(',');
    expect(row.slice(0, 2)).toEqual([`"${name}"`, '"model"']);
    for (const [i, metric] of (['l1', 'psnr', 'ssim'] as const).entries()) {
      const expected = metrics[metric].measure(image!, truth!)!;
      expect(Math.abs(Number(row[i + 2]) - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-3);
    }
    expect(faults).toEqual([]);
  });

  test('uploads a .zip of pairs, shows its findings, and estimates the training time', async () => {
    const { page, faults } = await open('#/new');
    const pairs = readdirSync(join(studio.folder, 'facades/train')).map(
      name => [`train/${name}`, readFileSync(join(studio.folder, 'facades/train', name))] as const,
    );
    await page.getByTestId('files').setInputFiles({
      name: 'sent.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from(zipSync(Object.fromEntries(pairs))),
    });
    await page.getByRole('radio', { name: /^sent 8 training pairs/ }).waitFor();
    await page.getByText('A: photo · B: label map').waitFor();
    const [[name, bytes]] = pairs as [(typeof pairs)[number]];
    const listed = {
      'set/x/1.jpg': bytes,
      'set/pairs.csv': Buffer.from('condition,target\nx/1.jpg,x/1.jpg\n'),
    };
    await page.getByTestId('files').setInputFiles({
      name: 'listed.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from(zipSync(listed)),
    });
    await page
      .getByRole('radio', { name: /^listed 1 training pair · 0 for validation and tests a list of pairs/ })
      .waitFor();
    await page.getByTestId('files').setInputFiles({
      name: 'none.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from(`no archive, whatever ${name} is`),
    });
    await page.getByText('Cannot unpack the archive: it holds no images').waitFor();
    await page.getByRole('radio', { name: /^sent 8 training pairs/ }).check();
    await page.getByRole('radio', { name: /^demo/ }).check();
    await page.getByLabel('size', { exact: true }).fill('32');
    await page.getByLabel('filters', { exact: true }).fill('2');
    await page.getByRole('button', { name: 'Estimate the time' }).click();
    await eventually(() => page.getByTestId('estimate').textContent()).toMatch(/about .+ 32 steps of \d+ ms/);
    await page.getByLabel('size', { exact: true }).fill('7');
    await page.getByText(/^Cannot build/).waitFor();
    expect(faults.filter(fault => !fault.includes('400'))).toEqual([]);
  });
});

/** Waits until a text or an attribute is there and then another. */
async function expectMoving(page: Page, locator: Locator, attribute?: string): Promise<void> {
  const read = () => (attribute ? locator.getAttribute(attribute) : locator.textContent());
  await locator.waitFor();
  const first = await read();
  await eventually(read).not.toBe(first);
  await page.waitForTimeout(50);
}

async function saved(page: Page, save: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download') as Promise<Download>, save()]);
  return readFileSync(await download.path());
}

async function savedImage(page: Page, button: string): Promise<Image> {
  return decodeImage(
    await saved(page, () => page.getByRole('button', { name: button, exact: true }).click()),
  );
}

function imageOfUrl(url: string): Promise<Image> {
  return decodeImage(Buffer.from(url.split(',')[1]!, 'base64'));
}

function largestDifference(a: Image, b: Image): number {
  expect([b.width, b.height, b.channels]).toEqual([a.width, a.height, a.channels]);
  return a.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b.data[i]!)), 0);
}

/** In the page: values from −1 to 1 through `floats.onnx`, with the runtime that the page uses. */
const floatsInPage = `(async () => {
  const runtime = await import(new URL('ort/ort.wasm.min.mjs', document.baseURI));
  runtime.env.wasm.wasmPaths = new URL('ort/', document.baseURI).href;
  const model = new Uint8Array(await (await fetch('floats.onnx')).arrayBuffer());
  const session = await runtime.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const values = Float32Array.from({ length: ${3 * SIZE ** 2} }, (_, i) => ((i * 7919) % 2001) / 1000 - 1);
  const condition = new runtime.Tensor('float32', values, [1, 3, ${SIZE}, ${SIZE}]);
  return [...(await session.run({ condition })).generated.data];
})()`;

/** A PNG of 16 bits, of the kind that scanners write. */
function deepPng(width: number, height: number): Promise<Buffer> {
  const samples = Uint16Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 65_536);
  return sharp(samples, { raw: { width, height, channels: 3 } })
    .toColourspace('rgb16')
    .png()
    .toBuffer();
}

function offered(page: Page): Promise<string[]> {
  return page.getByLabel('Device').locator('option').allTextContents();
}

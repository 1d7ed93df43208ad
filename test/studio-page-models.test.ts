import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Download, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cropImage, type Image } from '../src/core/image.ts';
import { exportGenerator } from '../src/export/onnx-file.ts';
import { decodeImage } from '../src/images/decoding/decode.ts';
import { metrics } from '../src/metrics/index.ts';
import { openModel } from '../src/runs/model-files.ts';
import { openSession } from '../src/runtime/session.ts';
import type { PairView } from '../src/server/api.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { saveBytes, savePicture, testPicture } from './data-fixtures.ts';
import { browserHint } from './reference/browser.ts';
import { ask } from './reference/studio-server.ts';
import { plainBitmap } from './studio-app.ts';
import {
  drawAndUndo,
  eventually,
  hasPage,
  imageOfUrl,
  largestDifference,
  pageUnderTest,
  pixelsOf,
} from './studio-page.ts';

const SIZE = 64;

describe.skipIf(!hasPage)(`models on the studio’s page (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest({ preset: 'lite', direction: 'BtoA', size: [SIZE, SIZE], epochs: 1 });
  const { open } = studio;

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
    await page.getByRole('button', { name: 'Brush', pressed: true }).waitFor();
    for (const key of [' ', 'ArrowRight', 'ArrowDown', 'Shift+ArrowDown', ' '])
      await page.keyboard.press(key);
    await page.waitForTimeout(300);
    const byKeys = await pixelsOf(drawing);
    expect(byKeys).not.toBe(begun);
    // Undoing during a stroke takes that stroke away, and nothing else.
    for (const key of [' ', 'ArrowLeft', 'Control+z']) await page.keyboard.press(key);
    await eventually(() => pixelsOf(drawing)).toBe(byKeys);
    for (const key of ['ArrowLeft', 'Control+z']) await page.keyboard.press(key);
    await eventually(() => pixelsOf(drawing)).toBe(begun);
    await page.keyboard.press('Control+Shift+z');
    await eventually(() => pixelsOf(drawing)).toBe(byKeys);
    // What changes nothing is no step.
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Rectangle', pressed: true }).waitFor();
    for (const key of [' ', ' ', 'Control+z']) await page.keyboard.press(key);
    await eventually(() => pixelsOf(drawing)).toBe(begun);
    await page.keyboard.press('Control+Shift+z');
    await page.getByRole('button', { name: 'Brush' }).tap();
    await page.getByRole('button', { name: 'shop', exact: true }).tap();
    await page.locator('.board').tap({ position: { x: 60, y: 200 } });
    await eventually(() => pixelsOf(drawing)).not.toBe(byKeys);
  });

  test('draws with a model whose data set is elsewhere, and says what is missing', async () => {
    copyModel(studio.folder, 'moved', '/elsewhere/facades');
    const { page } = await open('#/draw/moved');
    await page.getByText(/Cannot show colours and test images of run "moved": .+ around "facades"/).waitFor();
    await page.locator('canvas.result').waitFor();
  });

  test('begins with training pairs if there are no test pairs, and says why an image can’t be used', async () => {
    const data = join(studio.folder, 'untested');
    cpSync(join(studio.folder, 'facades/train'), join(data, 'train'), { recursive: true });
    writeFileSync(join(data, 'train/0008.png'), 'no picture');
    copyModel(studio.folder, 'untested', data);
    const { page } = await open('#/draw/untested');
    await page.getByRole('button', { name: 'Begin with 0008' }).click();
    await page
      .getByRole('status')
      .getByText(/^Cannot decode .*: it is not an image/)
      .waitFor();
    const drawing = page.locator('.board canvas');
    const begun = await pixelsOf(drawing);
    await page.getByRole('button', { name: 'Begin with 0007' }).click();
    await eventually(() => pixelsOf(drawing)).not.toBe(begun);
  });

  test('a picture that arrives late does not replace what was drawn meanwhile', async () => {
    const { page } = await open('#/draw/model');
    await page.locator('canvas.result').waitFor();
    const late = '**/pairs/test/1/condition';
    let deliver = () => {};
    const delivered = new Promise<void>(resolve => {
      deliver = resolve;
    });
    await page.route(late, route => delivered.then(() => route.continue()));
    onTestFinished(() => page.unroute(late));
    await page.locator('.start-list button').nth(1).click();
    await page.getByRole('button', { name: 'shop', exact: true }).click();
    await page.locator('.board').click({ position: { x: 60, y: 60 } });
    const drawn = await pixelsOf(page.locator('.board canvas'));
    await Promise.all([page.waitForResponse(late), deliver()]);
    await page.waitForTimeout(300);
    expect(await pixelsOf(page.locator('.board canvas'))).toBe(drawn);
  });

  test('another model continues the drawing if it takes drawings of that kind', async () => {
    copyModel(studio.folder, 'twin', join(studio.folder, 'facades'));
    const { page } = await open('#/draw/model');
    const drawing = page.locator('.board canvas');
    await page.locator('canvas.result').waitFor();
    const example = await pixelsOf(drawing);
    await page.getByRole('button', { name: 'Brush' }).click();
    await page.getByRole('button', { name: 'shop', exact: true }).click();
    await page.locator('.board').click({ position: { x: 60, y: 60 } });
    await eventually(() => pixelsOf(drawing)).not.toBe(example);
    const drawn = await pixelsOf(drawing);
    const choose = async (name: string) => {
      await page.getByRole('combobox', { name: 'Model' }).selectOption(name);
      await page.waitForURL(new RegExp(`#/draw/${name}$`));
      await page.locator('canvas.result').waitFor();
    };
    await choose('twin');
    await page.waitForTimeout(300);
    expect(await pixelsOf(drawing)).toBe(drawn);
    await choose('emoji');
    await page.getByText('128×128').waitFor();
    await choose('model');
    expect(await pixelsOf(drawing)).toBe(drawn);
  });

  test('shows label maps of class numbers in colours', async () => {
    const data = join(studio.folder, 'numbered');
    for (const name of ['1.png', '2.png', '3.png'])
      await savePicture(join(data, 'train', name), numberedPair());
    copyModel(studio.folder, 'numbered', data);
    const { page } = await open('#/draw/numbered');
    await page.getByRole('button', { name: 'class 2', exact: true }).waitFor();
    const brightest = async (canvas: Locator) => Math.max(...(await imageOfUrl(await pixelsOf(canvas))).data);
    for (const canvas of ['.board canvas', '.start-list button:first-child canvas'])
      await eventually(() => brightest(page.locator(canvas).first())).toBeGreaterThan(100);
  });

  test('without a model in the address, keeps the one that it began with', async () => {
    const { page } = await open('#/draw');
    await page.waitForURL(/#\/draw\/.+/);
    await page.goto(`${studio.server.url}/#/compare`);
    await page.waitForURL(/#\/compare\?model=.+/);
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
    // The images stay when another model is chosen.
    await page.getByRole('combobox', { name: 'Model' }).selectOption('emoji');
    await page.getByText('2 of 2 translated').waitFor();
    await page.getByText('0.png').first().waitFor();
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
    await page.evaluate(keepTracks);
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.getByText('The camera’s images stay in this browser.').waitFor();
    await page.getByRole('button', { name: 'Start the camera' }).dblclick();
    await page
      .getByTestId('frames-per-second')
      .filter({ hasText: /[\d.]+ frames per second/ })
      .waitFor();
    const input = page.getByRole('img', { name: 'Input of the model' });
    const first = await pixelsOf(input);
    await eventually(() => pixelsOf(input)).not.toBe(first);
    await page.getByRole('button', { name: 'Stop' }).click();
    const start = page.getByRole('button', { name: 'Start the camera' });
    expect(await start.evaluate('document.activeElement.textContent')).toBe('Start the camera');
    await start.click();
    await page.getByTestId('frames-per-second').waitFor();
    // What was started is stopped when its view is left.
    await page.getByRole('button', { name: 'Images' }).click();
    expect(await page.evaluate('tracks.map(({ readyState }) => readyState)')).toEqual(['ended', 'ended']);
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

  test('compares beside a model that can’t be opened, and keeps the user’s images when one is removed', async () => {
    const { page } = await open('#/compare?model=model%40999&model=model');
    await page.getByText(/^Cannot show model, step 999: /).waitFor();
    await page.locator('.comparison-scroll[aria-busy="false"]').waitFor();
    expect(await page.getByRole('img', { name: / by model$/ }).count()).toBeGreaterThan(0);
    const file = await savePicture(join(studio.folder, 'own/mine.png'), testPicture(64, 64, 5));
    await page.getByTestId('files').setInputFiles(file);
    await page.getByRole('img', { name: 'Input mine.png' }).waitFor();
    await page.getByRole('button', { name: 'Remove model, step 999' }).click();
    await page.getByRole('img', { name: 'mine.png by model', exact: true }).waitFor();
  });
});

/** In the page: keeps the tracks of all cameras that are opened. */
const keepTracks = `(() => {
  window.tracks = [];
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (wanted) {
    const stream = await open.call(this, wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
})()`;

/** A picture beside a label map of the classes 0, 1 and 2 in vertical stripes. */
function numberedPair(): Image {
  const pair = testPicture(2 * SIZE, SIZE);
  for (let i = 0; i < 2 * SIZE * SIZE; i++) {
    const x = i % (2 * SIZE);
    if (x >= SIZE) pair.data.fill(Math.floor((3 * (x - SIZE)) / SIZE), 3 * i, 3 * i + 3);
  }
  return pair;
}

/** Copies the run `model` as one that was trained on other data. */
function copyModel(folder: string, name: string, data: string): void {
  const copy = join(folder, 'runs', name);
  cpSync(join(folder, 'runs/model'), copy, { recursive: true });
  const config = JSON.parse(readFileSync(join(copy, 'config.json'), 'utf8'));
  writeFileSync(join(copy, 'config.json'), JSON.stringify({ ...config, source: { ...config.source, data } }));
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

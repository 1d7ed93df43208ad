import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../src/images/decoding/decode.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { browserHint } from './reference/browser.ts';
import { largestDifference } from './reference/export-variants.ts';
import { failureInPage, hasLibrary, inPage, libraryUnderTest, SIZE } from './reference/web-library.ts';

describe.skipIf(!hasLibrary)(`pix2pix/web (needs "npm run build"; ${browserHint})`, () => {
  const library = libraryUnderTest();
  let page: Page;
  /** Of the model that most tests use. */
  let workers: number;
  beforeAll(async () => {
    page = await library.open();
    // One for most tests, as opening a model takes longer than most of them.
    await inPage(page, `globalThis.model = await load(site('model.json'), { threads: 2 })`);
    workers = page.workers().length;
  });

  it('has 15 kB at most, compressed, as one script and as modules', () => {
    const scripts = readdirSync('dist-web').filter(name => name.endsWith('.js'));
    const sizeOf = (name: string) => gzipSync(readFileSync(`dist-web/${name}`)).length;
    const modules = scripts.filter(name => name !== 'pix2pix-web.js').map(sizeOf);
    expect(modules.length).toBeGreaterThan(1);
    expect(modules.reduce((sum, size) => sum + size)).toBeLessThan(15_000);
    expect(sizeOf('pix2pix-web.js')).toBeLessThan(15_000);
  });

  it('has no file above 25 MiB, the limit of some hosts', () => {
    const files = readdirSync('dist-web', { recursive: true, encoding: 'utf8' });
    for (const file of files) expect(statSync(join('dist-web', file)).size, file).toBeLessThan(25 * 2 ** 20);
  });

  it('can be imported in Node', async () => {
    const { load, Pix2PixError } = await import(join(process.cwd(), 'dist-web/index.js'));
    await import(join(process.cwd(), 'dist-web/element.js'));
    expect(load).toBeTypeOf('function');
    expect(new Pix2PixError('model', 'damaged')).toMatchObject({ code: 'model', name: 'Pix2PixError' });
  });

  it('makes the picture that Node makes, from images and from tensors', async () => {
    const made = await inPage<{
      bytes: number[];
      floats: number[];
      device: string;
      threads: number;
      size: number[];
    }>(
      page,
      `const { data: bytes, width, height } = await model.pixels(site('picture.png'));
      const { device, threads, info } = model;
      const tensors = await load(site('tensors.onnx'), { runtime: '/library/ort' });
      const { data: floats } = await tensors.pixels(site('picture.png'));
      await tensors.dispose();
      return { bytes: [...bytes], floats: [...floats], device, threads, size: [...info.size, height, width] };`,
    );
    expect(made).toMatchObject({ device: 'wasm', threads: 2, size: [SIZE, SIZE, SIZE, SIZE] });
    const picture = await decodeImage(readFileSync(join(library.folder, 'site/picture.png')));
    for (const path of ['run', 'site/model.onnx']) {
      const translator = await openTranslator(join(library.folder, path));
      const { data } = await translator.translate(picture);
      await translator.close();
      const rgba = Array.from({ length: SIZE * SIZE * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : data[(i >> 2) * 3 + (i % 4)]!,
      );
      expect(largestDifference(made.bytes, rgba)).toBeLessThanOrEqual(1);
      expect(largestDifference(made.floats, rgba)).toBeLessThanOrEqual(1);
    }
  });

  it('reports its progress, and keeps the model by its hash until the cache is cleared', async () => {
    const asked = () => library.site.requests.filter(path => path.endsWith('/model.onnx')).length;
    /** Until the downloads are done: opening the model takes longer. */
    const download = (options: string) => `
      const control = new AbortController();
      const stages = [];
      const onProgress = ({ stage, loaded, total }) => {
        if (loaded === total) stages.push(stage);
        if (stage === 'warm-up') control.abort();
      };
      await load(site('model.json'), { onProgress, signal: control.signal, ${options} }).catch(() => {});
      return stages;`;
    const before = asked();
    expect((await inPage<string[]>(page, `await clearCache(); ${download('')}`)).sort()).toEqual([
      'model',
      'runtime',
    ]);
    await inPage(page, download(''));
    expect(asked()).toBe(before + 1);
    await inPage(page, `await clearCache(); ${download('')}`);
    await inPage(page, download('cache: false'));
    expect(asked()).toBe(before + 3);
  });

  it('takes every kind of source, and draws over all of a canvas', async () => {
    const results = await inPage<Record<string, string>>(
      page,
      `const blob = await (await fetch(site('picture.png'))).blob();
      const image = Object.assign(new Image(), { src: site('picture.png') });
      const bitmap = await createImageBitmap(blob);
      const canvas = canvasOf(${SIZE}, ${SIZE}, 'white');
      canvas.getContext('2d').drawImage(bitmap, 0, 0);
      const imageData = canvas.getContext('2d').getImageData(0, 0, ${SIZE}, ${SIZE});
      const sources = { blob, image, bitmap, canvas, imageData, url: new URL(site('picture.png')), graphics: { canvas }, element: { elt: canvas } };
      const results = {};
      for (const [name, source] of Object.entries(sources)) {
        const { data } = await model.pixels(source);
        results[name] = data.join();
      }
      const into = canvasOf(${2 * SIZE}, ${2 * SIZE}, 'white');
      into.getContext('2d').scale(3, 3);
      const drawn = await model.translate(canvas, { into });
      results.drawn = String(drawn);
      results.corners = [...into.getContext('2d').getImageData(${2 * SIZE - 1}, ${2 * SIZE - 1}, 1, 1).data].join();
      results.untouched = String(imageData.data.length);
      const made = await model.translate(canvas);
      results.bitmap2 = [made.constructor.name, made.width, made.height].join();
      return results;`,
    );
    const { blob, drawn, corners, untouched, bitmap2, ...others } = results;
    expect([...new Set(Object.values(others))]).toEqual([blob]);
    expect({ drawn, untouched, bitmap2 }).toEqual({
      drawn: 'null',
      untouched: String(SIZE * SIZE * 4),
      bitmap2: `ImageBitmap,${SIZE},${SIZE}`,
    });
    expect(corners).not.toBe('255,255,255,255');
  });

  it('resizes to the training size unless told otherwise, and pads sizes that are not multiples of the stride', async () => {
    const sizes = await inPage(
      page,
      `const size = async (width, height, options) => {
        const made = await model.pixels(canvasOf(width, height, 'red'), options);
        return [made.width, made.height];
      };
      const sizes = [await size(300, 200), await size(70, 33, { resize: 'none' }), await size(1, 1)];
      return sizes;`,
    );
    expect(sizes).toEqual([
      [96, 64],
      [70, 33],
      [64, 64],
    ]);
  });

  it('does the newest of several translations that only the latest is wanted of', async () => {
    const outcomes = await inPage(
      page,
      `const translate = (color, latest) => model.pixels(canvasOf(64, 64, color), { latest });
      const outcomes = await Promise.all([
        translate('red', true), translate('green', true), translate('blue', false), translate('gray', true),
      ]);
      return outcomes.map(result => result !== null);`,
    );
    expect(outcomes).toEqual([true, false, true, true]);
  });

  it.each([
    ['before it begins', 'model.json', 'runtime', 0],
    ['while the model loads', 'pending.json', 'model', 1],
    ['while the runtime loads', 'stuck.json', 'runtime', 1],
    ['while it warms up', 'model.json', 'warm-up', 0],
  ])('can be aborted %s', async (when, name, stage, least) => {
    const failure = await failureInPage(
      page,
      `const control = new AbortController();
      if (${when === 'before it begins'}) control.abort();
      await load(site('${name}'), {
        signal: control.signal,
        cache: false,
        onProgress: progress => progress.stage === '${stage}' && progress.loaded >= ${least} && control.abort(),
      });`,
    );
    expect(failure.code).toBe('AbortError');
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(workers);
  });

  it('can be aborted while it translates, and translates again', async () => {
    const outcome = await inPage(
      page,
      `const control = new AbortController();
      const translations = [1, 2].map(() => model.pixels(canvasOf(256, 256, 'red'), { signal: control.signal, resize: 'none' }));
      setTimeout(() => control.abort());
      const [first, second] = await Promise.allSettled(translations);
      const { width } = await model.pixels(canvasOf(64, 64, 'blue'));
      return [first.reason?.name, second.reason?.name, width];`,
    );
    expect(outcome).toEqual(['AbortError', 'AbortError', 64]);
  });

  it('rejects what is under way when it is disposed of, and ends its worker', async () => {
    const failure = await failureInPage(
      page,
      `const model = await load(site('model.json'));
      const translation = model.pixels(canvasOf(256, 256, 'red'), { resize: 'none' });
      setTimeout(() => model.dispose());
      await translation;`,
    );
    expect(failure).toEqual({
      code: 'disposed',
      message: expect.stringMatching(/^Cannot translate: ".+" was disposed of$/),
    });
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(workers);
  });

  it('works from a script of another site that is no module, but not with a picture that it may not read', async () => {
    const other = await library.newPage();
    await other.goto(`${library.guarded.url}/pages/empty.html`);
    await other.addScriptTag({ url: `${library.elsewhere.url}/library/pix2pix-web.js` });
    await inPage(other, `globalThis.model = await load('${library.elsewhere.url}/site/model.onnx')`);
    expect(await inPage(other, `return (await model.pixels(new ImageData(64, 64))).width`)).toBe(64);
    // An isolated page would not even get the picture.
    const failure = await failureInPage(
      other,
      `const image = Object.assign(new Image(), { src: '${library.elsewhere.url}/site/picture.png' });
      await model.pixels(image);`,
    );
    expect(failure).toEqual({
      code: 'tainted',
      message: expect.stringMatching(/^Cannot read the picture: .* crossorigin="anonymous"/),
    });
    await other.close();
  });

  const loading = (name: string, options = '') =>
    `await load(site('${name}'), { cache: false, ${options} });`;

  it.each<[string, string, string, RegExp]>([
    ['a file that is missing', loading('missing.json'), 'network', /nothing\.onnx": the server answers 404$/],
    [
      'a model.json that is missing',
      loading('nothing.json'),
      'network',
      /nothing\.json": the server answers 404$/,
    ],
    ['a server that is gone', `await load('http://127.0.0.1:1/model.json');`, 'network', /can’t be reached/],
    [
      'a missing runtime',
      loading('model.json', `runtime: '/nowhere/'`),
      'network',
      /\/nowhere\/ort-.*wasm": the server answers 404$/,
    ],
    [
      'a truncated model',
      loading('truncated.json'),
      'model',
      /short\.onnx": it is truncated, \d+ of \d+ bytes$/,
    ],
    [
      'a truncated model of unknown length',
      loading('short.onnx', `runtime: '/library/ort'`),
      'model',
      /short\.onnx": the file is truncated or damaged$/,
    ],
    ['something else', loading('text.onnx', `runtime: '/library/ort'`), 'model', /text\.onnx": /],
    ['another hash', loading('other.json'), 'integrity', /damaged\.onnx": its hash is not sha256-/],
    [
      'a hash that was asked for',
      loading('model.onnx', `integrity: 'sha256-AAAA', runtime: '/library/ort'`),
      'integrity',
      /its hash is not sha256-AAAA$/,
    ],
    [
      'a newer format',
      loading('newer.json'),
      'format',
      /its format is 99, and this version of pix2pix\/web reads up to 1; update/,
    ],
    [
      'a browser without WebGPU',
      loading('model.json', `device: 'webgpu'`),
      'webgpu',
      /this browser has none; use the device "auto"$/,
    ],
    ['a canvas of 0×0', `await model.pixels(canvasOf(0, 0, 'red'));`, 'source', /it has 0×0 pixels$/],
    [
      'a video without a picture',
      `await model.pixels(document.createElement('video'));`,
      'source',
      /the video has no picture yet; wait for its "loadeddata" event$/,
    ],
    [
      'an image that is missing',
      `await model.pixels(Object.assign(new Image(), { src: '/site/nothing.png' }));`,
      'source',
      /the image could not be loaded$/,
    ],
    [
      'a file that is no image',
      `await model.pixels(site('model.json'));`,
      'source',
      /model\.json": it is not an image that this browser knows$/,
    ],
    [
      'a WebGL canvas to draw on',
      `
      const into = document.createElement('canvas');
      into.getContext('webgl') ?? into.getContext('bitmaprenderer');
      await model.translate(canvasOf(64, 64, 'red'), { into });`,
      'target',
      /use a 2D canvas$/,
    ],
  ])('refuses %s', async (_, program, code, message) => {
    const failure = await failureInPage(page, program);
    expect(failure).toEqual({ code, message: expect.stringMatching(message) });
    expect(failure.message).not.toContain('\n');
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(workers);
  });
});

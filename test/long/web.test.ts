import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeImage } from '../../src/images/decoding/decode.ts';
import { openTranslator } from '../../src/translate/translator.ts';
import { browserHint } from '../reference/browser.ts';
import { emojiSite, PATH } from '../reference/emoji-site.ts';
import { largestDifference } from '../reference/export-variants.ts';
import { hasLibrary } from '../reference/web-library.ts';

const drawings = 'assets/drawings/emoji';

describe.skipIf(!hasLibrary)(`emoji in a page (needs "npm run build"; ${browserHint})`, () => {
  const emoji = emojiSite(['--js-flags=--expose-gc', '--enable-precise-memory-info']);

  async function open(): Promise<Page> {
    const site = await emoji.serve(true);
    onTestFinished(() => site.close());
    const page = await emoji.newPage();
    onTestFinished(() => page.close());
    await page.goto(`${site.url}${PATH}`);
    await page.evaluate(helpers);
    return page;
  }

  it('gives its first result and then results at a pace, with two threads of WebAssembly', async () => {
    const page = await open();
    const { first, each } = await page.evaluate<{ first: number; each: number }>(`(async () => {
      const began = performance.now();
      const model = await pix2pix.load('model.json', options);
      await model.pixels(drawing);
      const first = performance.now() - began;
      const times = [];
      for (let i = 0; i < 60; i++) {
        const from = performance.now();
        await model.pixels(drawing);
        times.push(performance.now() - from);
      }
      await model.dispose();
      return { first, each: times.sort((a, b) => a - b)[30] };
    })()`);
    console.log(
      `First result after ${first.toFixed(0)} ms, then ${(1000 / each).toFixed(1)} results a second`,
    );
    expect(first).toBeLessThan(10_000);
    expect(1000 / each).toBeGreaterThan(2);
  }, 120_000);

  it('needs no more memory after 1,000 translations, nor after loading it 20 times', async () => {
    const page = await open();
    // Its model and worker go with it.
    await page.evaluate(`document.querySelector('pix2pix-image').remove()`);
    const grown = await page.evaluate<Record<'translating' | 'loading', number>>(`(async () => {
      const heap = () => { gc(); return performance.memory.usedJSHeapSize; };
      const once = async () => {
        const model = await pix2pix.load('model.json', options);
        await model.pixels(drawing);
        await model.dispose();
      };
      const model = await pix2pix.load('model.json', options);
      for (let i = 0; i < 50; i++) await model.pixels(drawing);
      const before = heap();
      for (let i = 0; i < 1000; i++) await model.pixels(drawing);
      const translating = heap() - before;
      await model.dispose();
      for (let i = 0; i < 3; i++) await once();
      const settled = heap();
      for (let i = 0; i < 20; i++) await once();
      await new Promise(resolve => setTimeout(resolve, 2000));
      return { translating, loading: heap() - settled };
    })()`);
    console.log('Bytes more', grown);
    expect(grown.translating).toBeLessThan(2e6);
    expect(grown.loading).toBeLessThan(2e6);
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
  }, 900_000);

  it('gives the pixels that Node gives, for every drawing by hand', async () => {
    const page = await open();
    const translator = await openTranslator('emoji');
    onTestFinished(() => translator.close());
    const files = (await readdir(drawings)).filter(file => file.endsWith('.png'));
    expect(files.length).toBe(20);
    for (const file of files) {
      const drawing = await decodeImage(join(drawings, file));
      const { data } = await translator.translate(drawing);
      const generated = await page.evaluate<number[]>(
        `translated(${JSON.stringify([...drawing.data])}, 128, 128)`,
      );
      expect(largestDifference(Uint8Array.from(generated), data), file).toBeLessThanOrEqual(1);
    }
  }, 300_000);
});

/** For the page: how to load, a drawing, and RGB → RGB through the model. */
const helpers = `
  globalThis.options = { device: 'wasm', threads: 2 };
  globalThis.drawing = new ImageData(new Uint8ClampedArray(128 * 128 * 4).fill(200), 128, 128);
  globalThis.translated = async (rgb, width, height) => {
    globalThis.model ??= await pix2pix.load('model.json', options);
    const picture = new ImageData(width, height);
    picture.data.forEach((_, i) => { picture.data[i] = i % 4 === 3 ? 255 : rgb[(i >> 2) * 3 + (i % 4)]; });
    const { data } = await model.pixels(picture, { resize: 'none' });
    return [...data].filter((_, i) => i % 4 !== 3);
  };`;

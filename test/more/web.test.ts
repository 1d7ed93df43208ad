import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { largestDifference } from '../reference/export-variants.ts';
import { failureInPage, hasLibrary, inPage, libraryUnderTest } from '../reference/web-library.ts';

// WebGPU without a graphics processor: Chromium's own SwiftShader.
const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];

describe.skipIf(!hasLibrary)(`pix2pix/web on WebGPU (needs "npm run build"; ${browserHint})`, () => {
  const library = libraryUnderTest(gpu);
  let page: Page;
  beforeAll(async () => {
    page = await library.open();
  });

  it('makes the same picture as on WebAssembly, and prefers that to a GPU in software', async () => {
    const made = await inPage<{ devices: string[]; pictures: number[][] }>(
      page,
      `const devices = [], pictures = [];
      for (const device of ['webgpu', 'auto']) {
        const model = await load(site('model.json'), { device });
        devices.push(model.device);
        pictures.push([...(await model.pixels(site('picture.png'))).data]);
        await model.dispose();
      }
      return { devices, pictures };`,
    );
    expect(made.devices).toEqual(['webgpu', 'wasm']);
    expect(largestDifference(made.pictures[0]!, made.pictures[1]!)).toBeLessThanOrEqual(1);
  });

  it('refuses a GPU whose result differs from the stored one, unless told not to check', async () => {
    const failure = await failureInPage(page, `await load(site('unlike.json'), { device: 'webgpu' })`);
    expect(failure).toEqual({
      code: 'webgpu',
      message: expect.stringMatching(/differ from the stored ones by \d+\.\d levels/),
    });
    await inPage(
      page,
      `await (await load(site('unlike.json'), { device: 'webgpu', verify: false })).dispose()`,
    );
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
  });

  it('says that the GPU was lost', async () => {
    await inPage(page, `globalThis.model = await load(site('model.json'), { device: 'webgpu' })`);
    await page
      .workers()[0]!
      .evaluate(
        `import('${library.site.url}/site/ort/ort.jspi.min.mjs').then(async ort => (await ort.env.webgpu.device).destroy())`,
      );
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
    const failure = await failureInPage(page, `await model.pixels(new ImageData(64, 64))`);
    expect(failure.code).toBe('device-lost');
  });
});

describe.skipIf(!hasLibrary)(`pix2pix/web for long (needs "npm run build"; ${browserHint})`, () => {
  const library = libraryUnderTest(['--js-flags=--expose-gc', '--enable-precise-memory-info']);

  it('leaves no worker and no memory behind after 20 cycles of loading and disposing', async () => {
    const page = await library.open();
    const cycle = `
      const model = await load(site('model.json'));
      await model.pixels(site('picture.png'));
      await model.dispose();`;
    const heap = () => inPage<number>(page, 'gc(); return performance.memory.usedJSHeapSize');
    for (let i = 0; i < 3; i++) await inPage(page, cycle);
    const before = await heap();
    for (let i = 0; i < 20; i++) await inPage(page, cycle);
    // Freed buffers are counted until the collector has come round to them.
    await expect.poll(heap, { timeout: 60_000, interval: 500 }).toBeLessThan(before + 2e6);
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
  });

  it('follows a camera until it is aborted, and the element until it is paused', async () => {
    const page = await library.open();
    const rest = await inPage<{ changed: boolean; after: boolean }>(
      page,
      `const video = Object.assign(document.createElement('video'), { muted: true });
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 128, height: 128 } });
      await video.play();
      const model = await load(site('model.json'));
      const into = canvasOf(64, 64, 'white');
      const look = () => into.getContext('2d').getImageData(0, 0, 64, 64).data.join();
      const control = new AbortController();
      const running = model.run(video, into, control.signal);
      const seen = new Set();
      while (seen.size < 4) {
        seen.add(look());
        await new Promise(requestAnimationFrame);
      }
      control.abort();
      await running;
      const last = look();
      await new Promise(resolve => setTimeout(resolve, 500));
      const after = look() === last;
      await model.dispose();
      return { changed: true, after };`,
    );
    expect(rest).toEqual({ changed: true, after: true });
    await writeFile(
      join(library.folder, 'site/live.html'),
      `<!doctype html><video id="camera" muted autoplay playsinline></video>
      <script src="pix2pix-web.js"></script>
      <pix2pix-image src="model.json" for="camera" live></pix2pix-image>
      <script>
        let count = 0;
        document.querySelector('pix2pix-image').addEventListener('translate', () => count++);
        navigator.mediaDevices.getUserMedia({ video: true }).then(stream => { camera.srcObject = stream; });
      </script>`,
    );
    await page.goto(`${library.site.url}/site/live.html`);
    await page.waitForFunction('count >= 3');
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.waitForTimeout(500);
    const paused = await page.evaluate('count');
    await page.waitForTimeout(500);
    expect(await page.evaluate('count')).toBe(paused);
    await page.getByRole('button', { name: 'Play' }).press(' ');
    await page.waitForFunction(`count > ${paused}`);
  });
});

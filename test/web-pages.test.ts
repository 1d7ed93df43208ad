import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserHint } from './reference/browser.ts';
import { codeBlocks } from './reference/markdown.ts';
import { hasLibrary, libraryUnderTest, SIZE } from './reference/web-library.ts';

const [element, plain] = codeBlocks(readFileSync('docs/web.md', 'utf8'), 'html');

describe.skipIf(!hasLibrary)(`pages that use pix2pix/web (need "npm run build"; ${browserHint})`, () => {
  const library = libraryUnderTest();

  /** Shows a page in the folder of an exported model. */
  async function show(name: string): Promise<{ page: Page; faults: string[] }> {
    const page = await library.newPage();
    const faults: string[] = [];
    page.on('pageerror', error => faults.push(error.message));
    await page.goto(`${library.site.url}/site/${name}`);
    return { page, faults };
  }

  it('the plain page of docs/web.md has 12 lines at most, and translates what is drawn', async () => {
    expect(plain!.trim().split('\n').length).toBeLessThanOrEqual(12);
    await writeFile(join(library.folder, 'site/plain.html'), plain!);
    const { page, faults } = await show('plain.html');
    await page.locator('#drawing').hover({ position: { x: 100, y: 100 } });
    await page.locator('#drawing').hover({ position: { x: 120, y: 120 } });
    await page.waitForFunction(
      `document.querySelector('#result').getContext('2d').getImageData(128, 128, 1, 1).data[3] === 255`,
    );
    expect(faults).toEqual([]);
    await page.close();
  });

  it('the exported page has ten lines, takes an image by keyboard, and says what it does', async () => {
    const text = readFileSync(join(library.folder, 'site/index.html'), 'utf8');
    expect(text.trim().split('\n')).toHaveLength(10);
    const { page, faults } = await show('index.html');
    const input = page.locator('#image');
    await page.keyboard.press('Tab');
    expect(await input.evaluate('document.activeElement.id')).toBe('image');
    await input.setInputFiles(join(library.folder, 'site/picture.png'));
    const result = page.getByRole('img', { name: 'The translated image' });
    await result.waitFor();
    expect(await result.evaluate(canvas => (canvas as unknown as { width: number }).width)).toBe(SIZE);
    await input.setInputFiles(join(library.folder, 'site/model.json'));
    await page
      .getByRole('status')
      .filter({ hasText: /is not an image that this browser knows$/ })
      .waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('the element of docs/web.md tells of progress, readiness, translations and errors', async () => {
    const events = `<script>
      const seen = new Set();
      for (const type of ['progress', 'ready', 'translate', 'error'])
        document.querySelector('pix2pix-image').addEventListener(type, ({ detail }) => seen.add(detail?.code ?? type));
    </script>`;
    await writeFile(join(library.folder, 'site/element.html'), element! + events);
    const { page, faults } = await show('element.html');
    await page.locator('#picture').setInputFiles(join(library.folder, 'site/picture.png'));
    await page.waitForFunction(`seen.has('translate')`);
    await page.evaluate(`document.querySelector('pix2pix-image').setAttribute('src', 'newer.json')`);
    await page.waitForFunction(`seen.has('format')`);
    expect(await page.evaluate('[...seen]')).toEqual(['progress', 'ready', 'translate', 'format']);
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('the element goes on with another model while it is live', async () => {
    await writeFile(
      join(library.folder, 'site/live.html'),
      `<!doctype html><link rel="icon" href="data:,">
      <canvas id="drawing" width="${SIZE}" height="${SIZE}"></canvas>
      <pix2pix-image src="model.json" for="drawing" live></pix2pix-image>
      <script>
        const seen = [];
        const shown = document.querySelector('pix2pix-image');
        for (const type of ['ready', 'translate', 'error'])
          shown.addEventListener(type, ({ detail }) => seen.push(detail?.message ?? type));
        shown.addEventListener('translate', () => shown.setAttribute('src', './model.json'), { once: true });
      </script>
      <script type="module" src="/library/element.js"></script>`,
    );
    const { page, faults } = await show('live.html');
    await page.waitForFunction(`seen.length >= 4`);
    expect(await page.evaluate('seen.slice(0, 4)')).toEqual(['ready', 'translate', 'ready', 'translate']);
    expect(faults).toEqual([]);
    await page.close();
  });
});

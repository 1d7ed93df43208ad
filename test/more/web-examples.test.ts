import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { emojiSite, PATH } from '../reference/emoji-site.ts';
import { hasLibrary } from '../reference/web-library.ts';

const drawing = 'assets/drawings/emoji/cat.png';

describe.skipIf(!hasLibrary)(`the pages of examples/web (need "npm run build"; ${browserHint})`, () => {
  const emoji = emojiSite();

  it('work at any path of a host that does not isolate pages', async () => {
    const site = await emoji.serve(false);
    const page = await emoji.newPage();
    await page.goto(`${site.url}${PATH}`);
    expect(await page.evaluate('crossOriginIsolated')).toBe(false);
    await translates(page, 'The translated image');
    expect(site.requests.filter(path => !path.startsWith(PATH) && path !== '/favicon.ico')).toEqual([]);
    await page.close();
    await site.close();
  });

  it('offline.html works after its host has gone, and keeps no older files', async () => {
    const site = await emoji.serve(false);
    const page = await emoji.newPage();
    await page.goto(`${site.url}${PATH}`);
    await page.evaluate("caches.open('emoji-0').then(() => undefined)");
    await page.goto(`${site.url}${PATH}offline.html`);
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await expect.poll(() => page.evaluate('caches.keys()')).not.toContain('emoji-0');
    await site.close();
    await page.goto(`${site.url}${PATH}offline.html`);
    await translates(page, 'The drawing as an emoji');
    await page.close();
  });

  it('camera.html follows a camera', async () => {
    const site = await emoji.serve(true);
    const page = await emoji.newPage();
    await page.goto(`${site.url}${PATH}camera.html`);
    const result = page.getByRole('img', { name: 'The camera’s image, translated' });
    await result.waitFor();
    const picture = () =>
      result.evaluate(canvas => (canvas as unknown as { toDataURL(): string }).toDataURL());
    const first = await picture();
    await expect.poll(picture, { timeout: 60_000 }).not.toBe(first);
    await page.close();
    await site.close();
  });

  it('keep what they load in at most 25 MiB a file', async () => {
    for (const file of await readdir(emoji.folder, { recursive: true })) {
      const content = await readFile(join(emoji.folder, file)).catch(() => null);
      expect(content?.length ?? 0, file).toBeLessThanOrEqual(25 * 2 ** 20);
    }
  });
});

/** Chooses a drawing on the page and waits for its translation. */
async function translates(page: Page, name: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(drawing);
  const result = page.getByRole('img', { name });
  await result.waitFor();
  await expect
    .poll(() =>
      result.evaluate(canvas => {
        const { width, height, getContext } = canvas as unknown as HTMLCanvas;
        const { data } = getContext.call(canvas, '2d').getImageData(width / 2, height / 2, 1, 1);
        return data[0]! - data[2]!;
      }),
    )
    .toBeGreaterThan(60);
}

/** What the test uses of a canvas. */
interface HTMLCanvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { describe, expect, it } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { codeBlocks } from '../reference/markdown.ts';
import { hasLibrary, libraryUnderTest } from '../reference/web-library.ts';

const sketch = codeBlocks(readFileSync('docs/web.md', 'utf8'), 'js')[0]!;

describe.skipIf(!hasLibrary)(`p5.js (needs "npm run build"; ${browserHint})`, () => {
  const library = libraryUnderTest();

  it('runs the sketch of docs/web.md, of 12 lines at most, which translates what is drawn', async context => {
    expect(sketch.trim().split('\n').length).toBeLessThanOrEqual(12);
    const site = join(library.folder, 'site');
    const reached = await fetchP5(library.folder, site);
    if (!reached) context.skip("the npm registry can't be reached");
    const scripts = ['p5.min.js', 'pix2pix-web.js']
      .map(file => `<script src="site/${file}"></script>`)
      .join('');
    const html = `<!doctype html><base href="/">${scripts}<script>${sketch}</script>`;
    await writeFile(join(site, 'sketch.html'), html);
    const page = await library.newPage();
    const faults: string[] = [];
    page.on('pageerror', error => faults.push(error.message));
    await page.goto(`${library.site.url}/site/sketch.html`);
    const shown = () =>
      page.evaluate<string>(`result.canvas.getContext('2d').getImageData(0, 0, 100, 100).data.join()`);
    await page.waitForFunction(`result.get(50, 50)[3] === 255`);
    const before = await shown();
    await page.mouse.move(50, 50);
    await page.mouse.down();
    await page.mouse.move(150, 150, { steps: 5 });
    await page.mouse.up();
    await expect.poll(shown, { timeout: 60_000 }).not.toBe(before);
    expect(faults).toEqual([]);
  });
});

/** Puts p5's script into `site`; returns whether npm's registry could be reached. */
async function fetchP5(folder: string, site: string): Promise<boolean> {
  const packed = join(folder, 'p5');
  await mkdir(packed);
  const options = ['--pack-destination', packed, '--fetch-retries=1'];
  const pack = promisify(execFile)('npm', ['pack', 'p5@1', ...options]);
  const reached = await pack.then(
    () => true,
    () => false,
  );
  if (!reached) return false;
  const [tarball] = await readdir(packed);
  await extract({ file: join(packed, tarball!), cwd: packed, strip: 1 });
  await copyFile(join(packed, 'lib/p5.min.js'), join(site, 'p5.min.js'));
  return true;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { browserHint, launchBrowser, watchedPage } from './reference/browser.ts';
import { eventually, hasPage, pixelsOf } from './studio-page.ts';

const isUnix = process.platform !== 'win32';

/** `npx pix2pix` on a terminal: the whole of what a newcomer meets first. */
describe.skipIf(!hasPage || !isUnix)(`the first seconds (needs "npm run build"; ${browserHint})`, () => {
  let folder: string;
  let terminal: ChildProcess;
  let screen = '';
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'first-'));
    terminal = await bareCommand(folder);
    terminal.stdout!.on('data', text => {
      screen += text;
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    terminal?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const address = async () => {
    await eventually(() => screen).toContain('All commands: npx pix2pix --help');
    return /http:\/\/127\.0\.0\.1:\d+\/#\/draw\/emoji/.exec(screen)![0];
  };
  const open = async (options: BrowserContextOptions) => {
    const url = await address();
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const watched = await watchedPage(context, url.slice(0, url.indexOf('#')));
    watched.page.setDefaultTimeout(120_000);
    await watched.page.goto(url);
    await watched.page.locator('canvas.result').waitFor();
    return watched;
  };

  test('prints the address of the page to draw on, and opens it in the browser of the desktop', async () => {
    const url = await address();
    await eventually(() => readFile(join(folder, 'opened'), 'utf8').catch(() => '')).toBe(`${url}\n`);
    expect(screen).toContain('press Ctrl-C');
  });

  test('the result follows a mouse before the pen is lifted, and drawings are there to begin with', async () => {
    const { page, faults } = await open({ viewport: { width: 1440, height: 900 } });
    await page.getByRole('button', { name: 'Clear' }).click();
    const empty = await settledResult(page);
    await page.getByRole('button', { name: 'red', exact: true }).click();
    const box = (await page.locator('.board').boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(0.3, 0.3));
    await page.mouse.down();
    await page.mouse.move(...at(0.7, 0.6), { steps: 8 });
    await eventually(() => pixelsOf(page.locator('canvas.result'))).not.toBe(empty);
    await page.mouse.up();
    expect(await colorAt(page, 0.5, 0.45)).toEqual([248, 49, 47]);
    const drawn = await pixelsOf(page.locator('.board canvas'));
    await page.getByRole('button', { name: 'Begin with cat' }).click();
    await eventually(() => pixelsOf(page.locator('.board canvas'))).not.toBe(drawn);
    expect(faults).toEqual([]);
  });

  test('draws with fingers and with keys on a telephone', async () => {
    const { page, faults } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await page.getByRole('button', { name: 'Clear' }).tap();
    const empty = await settledResult(page);
    await page.getByRole('button', { name: 'blue', exact: true }).tap();
    await page.locator('.board').tap({ position: { x: 100, y: 120 } });
    await eventually(() => pixelsOf(page.locator('canvas.result'))).not.toBe(empty);
    const byFinger = await pixelsOf(page.locator('.board canvas'));
    await page.locator('.board').focus();
    await page.keyboard.press('4');
    for (const key of [' ', 'ArrowRight', 'ArrowDown', 'ArrowRight', ' ']) await page.keyboard.press(key);
    expect(await pixelsOf(page.locator('.board canvas'))).not.toBe(byFinger);
    expect(await colorAt(page, 0.5, 0.5)).toEqual([248, 49, 47]);
    expect(faults).toEqual([]);
  });

  test('"Watch it learn" trains in the tab, shows results, and lets one draw meanwhile', async () => {
    const { page, faults } = await open({ viewport: { width: 1440, height: 900 } });
    await page.getByRole('link', { name: 'Watch it learn' }).click();
    await page.getByTestId('step').waitFor();
    await page.locator('.lab-film tbody tr').nth(3).waitFor();
    expect(await page.locator('.lab-curve').count()).toBe(3);
    await page.getByRole('heading', { name: 'Draw while it learns' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    const empty = await settledResult(page);
    await page.locator('.board').click({ position: { x: 200, y: 200 } });
    await eventually(() => pixelsOf(page.locator('canvas.result'))).not.toBe(empty);
    expect(page.url()).toMatch(/#\/lab$/);
    expect(faults).toEqual([]);
  });

  test('ends with Ctrl-C', async () => {
    await address();
    const exited = once(terminal, 'exit');
    terminal.stdin!.write('\x03');
    expect(await exited).toEqual([0, null]);
  });
});

/** The command without arguments on a pseudo-terminal. What it opens is written to the file `opened`. */
async function bareCommand(folder: string): Promise<ChildProcess> {
  const opener = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open');
  await writeFile(opener, `#!/bin/sh\necho "$1" > "${join(folder, 'opened')}"\n`);
  await chmod(opener, 0o755);
  const command = `${process.execPath} ${resolve('bin/pix2pix.js')}`;
  const env = { ...process.env, DISPLAY: ':0', PATH: `${folder}${delimiter}${process.env.PATH}` };
  const words =
    process.platform === 'darwin'
      ? ['-q', '/dev/null', ...command.split(' ')]
      : ['-qec', `exec ${command}`, '/dev/null'];
  return spawn('script', words, { cwd: folder, env, stdio: 'pipe' });
}

/** The result as a `data:` URL, once it no longer changes. */
async function settledResult(page: Page): Promise<string> {
  const result = page.locator('canvas.result');
  let last = '';
  await eventually(async () => {
    const before = last;
    await page.waitForTimeout(250);
    last = await pixelsOf(result);
    return before === last;
  }).toBe(true);
  return last;
}

/** The colour of the drawing at a place, in shares of its width and height. */
function colorAt(page: Page, x: number, y: number): Promise<number[]> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('.board canvas');
    const [left, top] = [Math.floor(${x} * canvas.width), Math.floor(${y} * canvas.height)];
    return [...canvas.getContext('2d').getImageData(left, top, 1, 1).data].slice(0, 3);
  })()`);
}

// Photographs what a newcomer sees 0, 1, 3 and 10 seconds after `npx pix2pix`, and prints when the page was there, when the first result, and
// when a result followed the pen:
//   node scripts/first-seconds.mjs OUT
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const [out] = process.argv.slice(2);
if (!out) throw new Error('Usage: node scripts/first-seconds.mjs OUT');
await mkdir(out, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'first-seconds-'));
// The desktop's browser runs already, as it mostly does.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 844 } });
page.setDefaultTimeout(120_000);

const began = performance.now();
const seconds = () => Number(((performance.now() - began) / 1000).toFixed(2));
const command = `${process.execPath} ${resolve('bin/pix2pix.js')}`;
const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, stdio: 'pipe' });
let screen = '';
const address = new Promise(done => {
  terminal.stdout.on('data', text => {
    screen += text;
    const url = /http:\/\/\S+/.exec(screen)?.[0];
    if (url) done(url);
  });
});

const times = {};
try {
  await Promise.all([photograph(), use()]);
  console.log(JSON.stringify(times, null, 2));
} finally {
  terminal.stdin.write('\x03');
  await browser.close();
  await rm(folder, { recursive: true });
}

async function photograph() {
  for (const at of [0, 1, 3, 10]) {
    await new Promise(done => setTimeout(done, at * 1000 - (performance.now() - began)));
    await page.screenshot({ path: join(out, `${at}-seconds.png`) });
    await writeFile(join(out, `${at}-seconds.txt`), screen);
  }
}

/** Opens the page, and draws a line as soon as there is a result. */
async function use() {
  const url = await address;
  times.address = seconds();
  await page.goto(url);
  const board = page.locator('.board');
  await board.waitFor();
  times.board = seconds();
  await page.locator('canvas.result').waitFor();
  times.firstResult = seconds();
  const picture = () => page.locator('canvas.result').evaluate(canvas => canvas.toDataURL());
  const before = await picture();
  const { x, y, width, height } = await board.boundingBox();
  await page.mouse.move(x + 0.2 * width, y + 0.2 * height);
  await page.mouse.down();
  const drawn = performance.now();
  for (let i = 0; (await picture()) === before; i++)
    await page.mouse.move(x + (0.2 + 0.01 * (i % 60)) * width, y + 0.3 * height);
  times.resultFollowsThePen = seconds();
  times.millisecondsBehindThePen = Math.round(performance.now() - drawn);
  await page.mouse.up();
}

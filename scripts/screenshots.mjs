// Takes screenshots of every page of the studio, wide and narrow, light and dark, with a trained model:
//   node scripts/screenshots.mjs RUNS MODEL DATA OUT
// DATA is the model's data set.
import { spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const [runs, model, data, out] = process.argv.slice(2);
if (!out) throw new Error('Usage: node scripts/screenshots.mjs RUNS MODEL DATA OUT');
const tests = join(data, 'test');
const pictures = (await readdir(tests)).slice(0, 3).map(name => join(tests, name));

/** What to do on a page before its screenshot. */
const scenes = {
  runs: ['#/runs'],
  run: [`#/run/${model}`, page => page.locator('.plot canvas').first().waitFor()],
  draw: [
    `#/draw/${model}`,
    async page => {
      await page.getByTestId('timing').filter({ hasText: 'ms' }).waitFor();
      await page.locator('canvas.result').waitFor();
    },
  ],
  translate: [
    `#/translate/${model}`,
    async page => {
      await page.getByTestId('files').setInputFiles(pictures);
      await page.getByLabel(/are pairs: translate only their/).check();
      await page.getByText('3 of 3 translated').waitFor();
    },
  ],
  compare: [
    `#/compare?model=${model}`,
    page => page.locator('.comparison-scroll[aria-busy="false"]').waitFor(),
  ],
  new: [
    '#/new',
    async page => {
      await page.getByRole('radio', { name: new RegExp(`^${basename(data)} `) }).check();
      await page.getByText(/^A: /).waitFor();
    },
  ],
  lab: ['#/lab', page => page.locator('.lab-pairs li').first().waitFor()],
};

const studio = spawn(
  'node',
  ['bin/pix2pix.js', 'studio', runs, '--data', dirname(resolve(data)), '--port', '0', '--json'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const { url } = JSON.parse(await new Promise(resolve => studio.stdout.once('data', resolve)));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  await mkdir(out, { recursive: true });
  for (const [name, [place, act]] of Object.entries(scenes)) {
    for (const width of [1440, 390]) {
      const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme: 'light' });
      page.setDefaultTimeout(120_000);
      await page.goto(new URL(place, url).href);
      await act?.(page);
      await page.getByText('Loading…').first().waitFor({ state: 'hidden' });
      await page.waitForTimeout(1500);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(500);
        await page.screenshot({ path: join(out, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      await page.close();
      console.log(name, width);
    }
  }
} finally {
  await browser.close();
  studio.kill();
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { evaluate } from '../src/evaluate/evaluate.ts';
import { Gallery } from '../src/evaluate/report/gallery.ts';
import { reportPage } from '../src/evaluate/report/report.ts';
import { syntheticFacades } from '../src/prepare/facades/index.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { savePicture, temporaryFolder } from './data-fixtures.ts';
import { browserHint, hasBrowser, launchBrowser } from './reference/browser.ts';

/** A report on two folders of pictures for five pairs: photos of other facades, and always the same one. */
async function report(): Promise<string> {
  const folder = await temporaryFolder();
  await writeSyntheticFacades(folder, { train: 4, test: 5, size: 64, seed: 0 });
  const [same, other] = [join(folder, 'same'), join(folder, 'other <&>')];
  const photos = [...syntheticFacades({ count: 5, size: 64, seed: 9 })].map(({ photo }) => photo);
  for (const [i, photo] of photos.entries()) {
    await savePicture(join(other, `000${i + 1}.png`), photo);
    await savePicture(join(same, `000${i + 1}.png`), photos[0]!);
  }
  const gallery = new Gallery();
  const evaluation = await evaluate({
    models: [same, other],
    data: folder,
    split: 'test',
    size: [64, 64],
    direction: 'BtoA',
    baselines: true,
    reader: null,
    features: null,
    seed: 0,
    onPicture: gallery.add,
  });
  expect(evaluation.entries.map(({ kind }) => kind)).toEqual([
    'pictures',
    'pictures',
    'baseline',
    'baseline',
    'baseline',
  ]);
  expect(evaluation.findings).toContainEqual(expect.objectContaining({ entry: same, kind: 'mode collapse' }));
  expect(evaluation.comparisons.map(({ score }) => score)).toEqual(evaluation.scores);
  const path = join(folder, 'report.html');
  await writeFile(path, await reportPage(evaluation, gallery));
  return path;
}

test.skipIf(!hasBrowser)(`the report shows all of it and makes no requests (${browserHint})`, async () => {
  const path = await report();
  const browser = await launchBrowser();
  try {
    for (const [width, colorScheme] of [
      [1440, 'light'],
      [390, 'dark'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const [requests, complaints]: [string[], string[]] = [[], []];
      page.on('request', request => requests.push(request.url()));
      page.on('console', message => complaints.push(message.text()));
      await page.goto(pathToFileURL(path).href);
      await page.getByText('Input, ').click();
      expect(requests.filter(url => !url.startsWith('data:'))).toEqual([pathToFileURL(path).href]);
      expect(complaints).toEqual([]);
      const broken = await page
        .locator('img')
        .evaluateAll(
          images => images.filter(image => !(image as unknown as { complete: boolean }).complete).length,
        );
      expect(broken).toBe(0);
      expect(await page.locator('section svg').count()).toBe(9);
      expect(await page.getByText('nearly the same for every input').count()).toBe(1);
      expect(await page.getByText('other <&>').count()).toBeGreaterThan(3);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  } finally {
    await browser.close();
  }
});

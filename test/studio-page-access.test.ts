import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { browserHint } from './reference/browser.ts';
import { controls, expectAccessible, settled } from './reference/page-access.ts';
import { tinyConfig } from './studio-fixtures.ts';
import { eventually, hasPage, pageUnderTest } from './studio-page.ts';

describe.skipIf(!hasPage)(`the page for everyone (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest(tinyConfig);

  // At the width of a telephone: test/more/studio-page-access.test.ts.
  test('has no overflow and no accessibility violations in either theme', () =>
    expectAccessible(studio, 1440));

  test('the keyboard gets to every control, and the focus can be seen', async () => {
    for (const place of ['#/run/model', '#/draw/model', '#/new']) {
      const { page } = await studio.openAnother(place);
      await settled(page);
      // Buttons for the result are disabled until there is one.
      if (place === '#/draw/model') await page.getByTestId('timing').filter({ hasText: 'ms' }).waitFor();
      const reached = new Set<string>();
      for (let i = 0; i < 200; i++) {
        await page.keyboard.press('Tab');
        const { name, isVisible } = await page.evaluate<{ name: string; isVisible: boolean }>(focused);
        if (reached.has(name)) break;
        expect(isVisible, `${place}: focus on ${name}`).toBe(true);
        reached.add(name);
      }
      const count = await page.evaluate<number>(reachable);
      expect(reached.size, `${place}: ${[...reached].join(', ')}`).toBeGreaterThanOrEqual(count);
    }
  });

  test('a run can be started without a mouse', async () => {
    const { page } = await studio.open('#/runs');
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('radio', { name: /^demo/ }).focus();
    await page.keyboard.press('Space');
    for (const [flag, value] of [
      ['size', '32'],
      ['epochs', '1'],
      ['filters', '2'],
    ] as const) {
      await page.getByLabel(flag, { exact: true }).focus();
      await page.keyboard.type(value);
    }
    // Once the data set has been looked through.
    await eventually(() => page.getByRole('button', { name: 'Start training' }).isEnabled()).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('finished', { exact: true }).waitFor();
    expect(existsSync(join(studio.folder, 'runs/demo-facades/log.jsonl'))).toBe(true);
  });

  test('the first load is less than 250 kB', () => {
    const index = readFileSync('dist/ui/index.html', 'utf8');
    const files = [...index.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
    const bytes = files.map(file => gzipSync(readFileSync(join('dist/ui', file))).length);
    expect(files.length).toBeGreaterThan(1);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
  });
});

/** In the page: what has the focus, and whether it or what it lies in shows that. */
const focused = `(() => {
  const element = document.activeElement;
  const shows = each => each && each !== document.body &&
    ((getComputedStyle(each).outlineStyle !== 'none' && parseFloat(getComputedStyle(each).outlineWidth) > 1) ||
      shows(each.parentElement));
  const index = [...document.querySelectorAll('*')].indexOf(element);
  const box = element.getBoundingClientRect();
  return { name: element.tagName + index, isVisible: element === document.body || (shows(element) && box.width > 0) };
})()`;

/** In the page: how many places the keys should reach; of radio buttons one in a group. */
const reachable = `[...document.querySelectorAll('${controls}')].filter(element =>
  element.checkVisibility() && !element.hidden && element.tabIndex >= 0 &&
  (element.type !== 'radio' || element.checked)).length`;

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browserHint } from './reference/browser.ts';
import { tinyConfig } from './studio-fixtures.ts';
import { eventually, hasPage, pageUnderTest } from './studio-page.ts';

const places = ['#/runs', '#/run/model', '#/draw/model', '#/translate', '#/compare', '#/new', 'lab.html'];

describe.skipIf(!hasPage)(`the page for everyone (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest(tinyConfig);

  describe.each([1440, 390])('at %i px', width => {
    test('fits, has no violations in either theme, and is large enough for fingers', async () => {
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
      const { page, faults } = await studio.openAnother(places[0]!, {
        viewport: { width, height: 844 },
        colorScheme: 'light',
        reducedMotion: 'reduce',
        hasTouch: width < 500,
      });
      for (const place of places) {
        await page.goto(`${studio.server.url}/${place}`);
        await settled(page);
        expect(await page.evaluate('document.documentElement.scrollWidth'), place).toBe(width);
        if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe);
        expect(await violationsIn(page), `${place}, light`).toEqual([]);
        if (width < 500) expect(await page.evaluate<string[]>(smallTargets), place).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await violationsIn(page, ['color-contrast']), `${place}, dark`).toEqual([]);
        await page.emulateMedia({ colorScheme: 'light' });
        expect(faults, place).toEqual([]);
      }
    }, 120_000);
  });

  test('the keyboard gets to every control, and the focus can be seen', async () => {
    for (const place of ['#/run/model', '#/draw/model', '#/new']) {
      const { page } = await studio.openAnother(place);
      await settled(page);
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
  }, 120_000);

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
    await page.keyboard.press('Enter');
    await page.getByText('finished', { exact: true }).waitFor();
    expect(existsSync(join(studio.folder, 'runs/demo-facades/log.jsonl'))).toBe(true);
  }, 60_000);

  test('the first load is less than 250 kB', () => {
    const index = readFileSync('dist/ui/index.html', 'utf8');
    const files = [...index.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
    const bytes = files.map(file => gzipSync(readFileSync(join('dist/ui', file))).length);
    expect(files.length).toBeGreaterThan(1);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
  });
});

/** Waits until the page shows what it has to show. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForTimeout(300);
  await eventually(() => page.locator('.loading').count()).toBe(0);
  await eventually(() => page.evaluate('[...document.images].every(({ complete }) => complete)')).toBe(true);
}

/** Rules of axe that are broken, with the elements that break them. */
function violationsIn(page: Page, rules?: readonly string[]): Promise<string[]> {
  const options = rules ? { runOnly: rules } : {};
  return page.evaluate<string[]>(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
}

const controls = 'a[href], button:not(:disabled), input, select, summary, [tabindex="0"]';

/** In the page: what is to be touched and less than 44 px wide or high; a label counts with its box. */
const smallTargets = `[...document.querySelectorAll('${controls}')]
  .filter(element => element.checkVisibility() && !element.closest('.visually-hidden, .skip'))
  .map(element => [element, (element.matches('[type=checkbox], [type=radio]') && element.closest('label')) || element])
  .map(([element, target]) => [element, target.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 44)
  .map(([element, box]) => element.outerHTML.slice(0, 120) + ' ' + box.width + '×' + box.height)`;

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

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually, type PageUnderTest } from '../studio-page.ts';

const places = [
  '#/runs',
  '#/run/model',
  '#/draw/model',
  '#/draw/emoji',
  '#/translate',
  '#/compare',
  '#/new',
  '#/lab',
];

/** Every page fits the width, has no violations in either theme, and on a telephone is large enough for fingers. */
export async function expectAccessible(studio: PageUnderTest, width: number): Promise<void> {
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
    expect(await violationsIn(page, { only: ['color-contrast'] }), `${place}, dark`).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(faults, place).toEqual([]);
  }
}

/** Waits until the page shows what it has to show. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForTimeout(300);
  await eventually(() => page.locator('.loading').count()).toBe(0);
  await eventually(() => page.evaluate('[...document.images].every(({ complete }) => complete)')).toBe(true);
}

/** Rules of axe that are broken, with the elements that break them; the page has axe. */
export async function violationsIn(
  page: Page,
  { only, except = [] }: { readonly only?: readonly string[]; readonly except?: readonly string[] } = {},
): Promise<string[]> {
  const rules = Object.fromEntries(except.map(rule => [rule, { enabled: false }]));
  const options = only ? { runOnly: only } : { rules };
  return page.evaluate<string[]>(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
}

/** What can be used. */
export const controls = 'a[href], button:not(:disabled), input, select, summary, [tabindex="0"]';

/** In the page: what is to be touched and less than 44 px wide or high; a label counts with its box. */
const smallTargets = `[...document.querySelectorAll('${controls}')]
  .filter(element => element.checkVisibility() && !element.closest('.visually-hidden, .skip'))
  .map(element => [element, (element.matches('[type=checkbox], [type=radio]') && element.closest('label')) || element])
  .map(([element, target]) => [element, target.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 44)
  .map(([element, box]) => element.outerHTML.slice(0, 120) + ' ' + box.width + '×' + box.height)`;

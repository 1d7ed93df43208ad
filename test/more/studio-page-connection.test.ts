import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RunSummary } from '../../src/server/api.ts';
import { browserHint } from '../reference/browser.ts';
import { lineTo } from '../reference/line.ts';
import { ask, askUntil } from '../reference/studio-server.ts';
import { tinyConfig } from '../studio-fixtures.ts';
import { eventually, hasPage, pageUnderTest, pointsOf, stepAbove, stepOf } from '../studio-page.ts';

/** Without end, and with steps long enough that the curves never have more points than they keep. */
const endless = {
  ...tinyConfig,
  generator: { filters: 8 },
  discriminator: { filters: 8 },
  epochs: 100_000,
  minutes: null,
};

describe.skipIf(!hasPage)(`a page and its connection (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest(tinyConfig);

  /** Starts a run that has no end, and looks at it. */
  async function watch(name: string, port = studio.server.port): Promise<Page> {
    await ask(studio.server, '/api/runs', { dataset: 'facades', name, config: endless });
    const { page } = await studio.openAnother(`#/run/${name}`, {}, port);
    await stepAbove(page, 20);
    return page;
  }

  /** Ends the run; in the end the page has to have each of its steps, once. */
  async function expectWhole(page: Page, name: string): Promise<void> {
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped', { exact: true }).waitFor();
    const { step } = await askUntil<RunSummary>(
      studio.server,
      `/api/runs/${name}`,
      ({ status }) => status === 'stopped',
    );
    await eventually(() => stepOf(page)).toBe(step);
    const log = await readFile(join(studio.folder, `runs/${name}/log.jsonl`), 'utf8');
    expect(log.split('{"type":"step"').length - 1).toBe(step);
    expect(await pointsOf(page)).toBe(step);
  }

  test('whose connection breaks for a while, twice, shows what happened meanwhile, each step once', async () => {
    const line = await lineTo(studio.server.port);
    onTestFinished(() => line.close());
    const page = await watch('unplugged', line.port);
    for (let time = 0; time < 2; time++) {
      line.cut();
      await page.getByText('Connection lost, reconnecting').waitFor();
      const lost = await stepOf(page);
      await askUntil<RunSummary>(studio.server, '/api/runs/unplugged', ({ step }) => step > lost + 20);
      expect(await stepOf(page)).toBe(lost);
      line.mend();
      await stepAbove(page, lost + 20);
      await page.getByText('Connection lost, reconnecting').waitFor({ state: 'hidden' });
    }
    await expectWhole(page, 'unplugged');
  });

  test('whose server is killed and restarted, offers to resume, and shows each step once', async () => {
    const page = await watch('killed');
    await askUntil<RunSummary>(studio.server, '/api/runs/killed', ({ checkpoint }) => checkpoint !== null);
    await studio.restart();
    await page.getByText('interrupted', { exact: true }).waitFor();
    const cut = await stepOf(page);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('running', { exact: true }).waitFor();
    await stepAbove(page, cut + 20);
    await expectWhole(page, 'killed');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PairView, RunDetail } from '../src/server/api.ts';
import { browserHint } from './reference/browser.ts';
import { softwareGpu } from './reference/software-gpu.ts';
import { ask, startWithoutAdapter } from './reference/studio-server.ts';
import {
  eventually,
  hasPage,
  imageOfUrl,
  largestDifference,
  pageUnderTest,
  pointsOf,
  stepAbove,
  stepOf,
} from './studio-page.ts';

const SIZE = 64;

describe.skipIf(!hasPage)(`runs on the studio’s page (needs "npm run build"; ${browserHint})`, () => {
  const studio = pageUnderTest({ preset: 'lite', direction: 'BtoA', size: [SIZE, SIZE], epochs: 1 });
  const { open } = studio;

  test('starts a training, shows it live, loses nothing in a reload, pauses, resumes and stops it', async () => {
    const { page, faults } = await open('#/new');
    await page.getByRole('radio', { name: /^facades/ }).check();
    await page.getByRole('img', { name: /Some pairs of the data set/ }).waitFor();
    await page.getByRole('radio', { name: /^demo/ }).check();
    await page.getByRole('radio', { name: /^B → A/ }).check();
    await page.getByText('All options').click();
    for (const [flag, value] of [
      ['size', '64'],
      ['grow', '32:90%'],
      ['filters', '2'],
      ['epochs', '100000'],
    ] as const)
      await page.getByLabel(flag, { exact: true }).fill(value);
    await page.getByLabel('Device').selectOption('cpu');
    await page.getByLabel('Name (optional)').fill('from the page');
    await page.getByRole('button', { name: 'Start training' }).click();

    await page.getByText('running', { exact: true }).waitFor();
    await stepAbove(page, 5);
    expect(await page.locator('[data-fact="Device"]').textContent()).toBe('cpu');
    expect(await page.locator('[data-fact="Size"]').textContent()).toBe('32 × 32, growing to 64 × 64');
    await expectMoving(page, page.getByTestId('sample-epoch'));
    const points = await pointsOf(page);
    await expectMoving(page, page.locator('.plot'), 'aria-label');
    const before = await stepOf(page);

    await page.reload();
    await stepAbove(page, before);
    await eventually(() => pointsOf(page)).toBeGreaterThanOrEqual(Math.min(points, 1000));

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused', { exact: true }).waitFor();
    // The step that it paused after may still be on its way.
    await page.waitForTimeout(1000);
    const paused = await stepOf(page);
    await page.waitForTimeout(500);
    expect(await stepOf(page)).toBe(paused);
    await page.getByRole('button', { name: 'Resume' }).click();
    await stepAbove(page, paused);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test('offers only the CPU and its precisions without an adapter', async () => {
    const bare = await startWithoutAdapter(studio.folder);
    onTestFinished(() => bare.stop());
    const without = await studio.openAnother('#/new', {}, bare.port);
    await eventually(() => offered(without.page)).toEqual(['auto (cpu)', 'cpu: the CPU']);
    await without.page.getByText('All options').click();
    expect(await without.page.getByLabel('optimizer', { exact: true }).count()).toBe(1);
    expect(await without.page.getByLabel('precision', { exact: true }).count()).toBe(0);
    expect(without.faults).toEqual([]);
  });

  test.skipIf(Object.keys(softwareGpu).length === 0)('offers WebGPU on a software adapter', async () => {
    const { page, faults } = await open('#/new');
    await eventually(() => offered(page)).toEqual([
      'auto (cpu)',
      'cpu: the CPU',
      expect.stringMatching(/^webgpu: SwiftShader/),
    ]);
    await page.getByLabel('Device').selectOption('webgpu');
    await page
      .getByTestId('estimate')
      .filter({ hasText: 'on SwiftShader (software) through WebGPU' })
      .waitFor();
    await page.getByText('All options').click();
    expect(await page.getByLabel('precision', { exact: true }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('a run that is over looks as it did live, with the discriminator’s patches', async () => {
    const { page, faults } = await open('#/run/model');
    await page.getByText('finished', { exact: true }).waitFor();
    expect(await stepOf(page)).toBe(8);
    await page.locator('.heat').first().waitFor();
    expect(await page.locator('.heat').count()).toBe(2);
    const { patches } = await ask<PairView>(studio.server, '/api/runs/model/pairs/test/0');
    const mean = patches[0]!.target.reduce((sum, value) => sum + value, 0) / patches[0]!.target.length;
    const [, caption] = await page.locator('.patch-pictures figcaption strong').allTextContents();
    expect(caption).toBe(`${Math.round(mean * 100)} %`);
    expect(faults).toEqual([]);
  });

  test('branches: a new run starts from a checkpoint, with another rate', async () => {
    const { page, faults } = await open('#/run/model');
    await page.getByRole('button', { name: 'Branch' }).click();
    const dialog = page.getByRole('dialog', { name: 'Branch from model' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Branch' }).click();
    await dialog.getByLabel('Name').fill('model');
    await dialog.getByLabel('Start from').selectOption('8');
    await dialog.getByLabel('Epochs').fill('1');
    await dialog.getByLabel('Learning rate').fill('1e-9');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('Cannot train into "model": a run with that name exists').waitFor();
    await dialog.getByLabel('Name').fill('fine-tuned');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'fine-tuned' }).waitFor();
    await page.getByText('finished', { exact: true }).waitFor();
    const branch = await ask<RunDetail>(studio.server, '/api/runs/fine-tuned');
    expect(branch.config).toMatchObject({ size: [SIZE, SIZE], epochs: 1, optimizer: { learningRate: 1e-9 } });
    // At such a rate it makes of a picture what the model that it comes from does.
    const [own, parent] = await Promise.all(
      ['fine-tuned', 'model'].map(async id => {
        const { generated } = await ask<PairView>(studio.server, `/api/runs/${id}/pairs/test/0`);
        return imageOfUrl(generated);
      }),
    );
    expect(largestDifference(own!, parent!)).toBeLessThanOrEqual(1);
    expect(faults.filter(fault => !fault.includes('409'))).toEqual([]);
  });

  test('uploads a .zip of pairs, shows its findings, and estimates the training time', async () => {
    const { page, faults } = await open('#/new');
    const pairs = readdirSync(join(studio.folder, 'facades/train')).map(
      name => [`train/${name}`, readFileSync(join(studio.folder, 'facades/train', name))] as const,
    );
    await page.getByTestId('files').setInputFiles({
      name: 'sent.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from(zipSync(Object.fromEntries(pairs))),
    });
    await page.getByRole('radio', { name: /^sent 8 training pairs/ }).waitFor();
    await page.getByText('A: photo · B: label map').waitFor();
    const [[name, bytes]] = pairs as [(typeof pairs)[number]];
    const listed = {
      'set/x/1.jpg': bytes,
      'set/pairs.csv': Buffer.from('condition,target\nx/1.jpg,x/1.jpg\n'),
    };
    await page.getByTestId('files').setInputFiles({
      name: 'listed.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from(zipSync(listed)),
    });
    await page
      .getByRole('radio', { name: /^listed 1 training pair · 0 for validation and tests a list of pairs/ })
      .waitFor();
    await page.getByTestId('files').setInputFiles({
      name: 'none.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from(`no archive, whatever ${name} is`),
    });
    await page.getByText('Cannot unpack the archive: it holds no images').waitFor();
    await page.getByRole('radio', { name: /^sent 8 training pairs/ }).check();
    await page.getByRole('radio', { name: /^demo/ }).check();
    await page.getByLabel('size', { exact: true }).fill('32');
    await page.getByLabel('filters', { exact: true }).fill('2');
    await page.getByRole('button', { name: 'Estimate the time' }).click();
    await eventually(() => page.getByTestId('estimate').textContent()).toMatch(/about .+ 32 steps of \d+ ms/);
    await page.getByLabel('size', { exact: true }).fill('7');
    await page.getByText(/^Cannot build/).waitFor();
    expect(faults.filter(fault => !fault.includes('400'))).toEqual([]);
  });
});

/** Waits until a text or an attribute is there and then another. */
async function expectMoving(page: Page, locator: Locator, attribute?: string): Promise<void> {
  const read = () => (attribute ? locator.getAttribute(attribute) : locator.textContent());
  await locator.waitFor();
  const first = await read();
  await eventually(read).not.toBe(first);
  await page.waitForTimeout(50);
}

function offered(page: Page): Promise<string[]> {
  return page.getByLabel('Device').locator('option').allTextContents();
}

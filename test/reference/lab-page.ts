import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { unpackRun } from '../../src/browser/archive.ts';
import { inventPairs, LabRun } from '../../src/browser/lab-run.ts';
import type { RunConfig } from '../../src/config/config.ts';
import { wasm } from '../../src/runtime/device.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { relativeDifference, smallPreset } from './same-steps.ts';

export const SIZE = 32;
export const FILTERS = 4;
const PAIRS = 8;
/** From labels to photos, as the pairs are invented. */
const direction = 'BtoA';

const onProcessor = { ...wasm, provider: 'cpu' };

/** The lab's worker trains a run of `lite` for a step or a few; then Node's state after as many is the same, within 1e-3. */
export async function expectSameStepInPage(
  browser: Browser,
  url: string,
  backend: 'wasm' | 'webgpu',
): Promise<void> {
  const page = await browser.newPage();
  await page.goto(url);
  const pairs = inventPairs(PAIRS, SIZE);
  const config: RunConfig = { ...smallPreset('lite'), direction };
  const run = await LabRun.open(nodeRuntime, onProcessor, config, pairs);
  const archive = (await page.evaluate(stepInPage(backend, await run.archive()))) as number[];
  const { position, state } = await unpackRun(Uint8Array.from(archive));
  expect(position.step).toBeGreaterThan(0);
  for (let i = 0; i < position.step; i++) await run.next();
  const expected = (await unpackRun(await run.archive())).state;
  await run.close();
  for (const part of ['model', 'optimizerState'] as const) {
    expect([...state[part].keys()]).toEqual([...expected[part].keys()]);
    for (const [name, { data }] of expected[part]) {
      expect(relativeDifference(state[part].get(name)!.data, data), name).toBeLessThan(1e-3);
    }
  }
  await page.close();
}

/** The step that the lab shows; 0 before the first. */
export async function stepOf(page: Page): Promise<number> {
  const shown = page.getByTestId('step');
  return (await shown.count()) === 0 ? 0 : Number(/\d+/.exec((await shown.textContent())!)?.[0]);
}

/** A program for the page: the lab's worker takes a run, does a step, or as many as it takes to stop it, and hands it back. */
function stepInPage(backend: 'wasm' | 'webgpu', archive: Uint8Array): string {
  const assets = 'dist/ui/assets';
  const worker = readdirSync(assets).find(
    file => file.startsWith('worker-') && readFileSync(join(assets, file), 'utf8').includes('pix2pix-lab'),
  );
  const settings = { size: SIZE, filters: FILTERS, direction, source: { count: PAIRS } };
  return `new Promise((resolve, reject) => {
    const worker = new Worker('assets/${worker}', { type: 'module' });
    const runtime = new URL('ort/', document.baseURI).href;
    const run = { archive: Uint8Array.from([${archive}]), settings: ${JSON.stringify(settings)} };
    worker.onmessage = ({ data }) => {
      if (data.kind === 'hello') worker.postMessage({ kind: 'import', ...run });
      if (data.kind === 'step') worker.postMessage({ kind: 'pause' });
      if (data.kind === 'paused') worker.postMessage({ kind: 'archive' });
      if (data.kind === 'archive') resolve([...data.archive]);
      if (data.kind === 'failed') reject(new Error(data.message));
    };
    worker.postMessage({ kind: 'hello', runtime, backend: '${backend}', threads: 1 });
  })`;
}

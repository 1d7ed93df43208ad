import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Image } from '../src/core/image.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { temporaryFolder } from './data-fixtures.ts';
import { follow, smallConfig } from './reference/small-runs.ts';

it('a generator with keepLuminance keeps the luminance of its input', async () => {
  const data = await temporaryFolder();
  await writeSyntheticFacades(data, { train: 3, test: 1, size: 40, seed: 0 });
  const runFolder = join(data, 'run');
  const config = smallConfig({ generator: { keepLuminance: true } });
  const events = await follow({ data, runFolder, config, skipBad: false });
  const errors = events.flatMap(event => (event.type === 'step' ? [event.l1] : []));
  expect(errors).toHaveLength(6);
  expect(errors.every(Number.isFinite)).toBe(true);

  const translator = await openTranslator(runFolder);
  // Far enough from black and white that no colour is cut off
  const samples = new Uint8Array(32 * 32 * 3).map((_, i) => 90 + ((i * 37) % 70));
  const picture = { width: 32, height: 32, channels: 3, data: samples };
  const made = (await translator.translate(picture)) as Image;
  await translator.close();
  const [before, after] = [luminances(picture), luminances(made)];
  expect(Math.max(...before.map((y, i) => Math.abs(y - after[i]!)))).toBeLessThan(0.51);
  expect(made.data).not.toEqual(samples);
});

/** From 0 to 255. */
function luminances({ data }: { readonly data: Uint8Array }): number[] {
  return Array.from({ length: data.length / 3 }, (_, i) => {
    const [red, green, blue] = data.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
}

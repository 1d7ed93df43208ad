import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPairs } from '../src/data/pairing.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { readConfig } from '../src/runs/run-folder.ts';
import { resolveConfigFor } from '../src/train/resolve-for-data.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { temporaryFolder } from './data-fixtures.ts';
import { follow } from './reference/small-runs.ts';

it('a run on label planes finds the colours, records them, and translates with them', async () => {
  const data = join(await temporaryFolder(), 'data');
  await writeSyntheticFacades(data, { train: 6, test: 1, size: 64, seed: 3 });
  const { pairs } = await openPairs(data, { split: 'train' });
  const overrides = {
    preset: 'paper',
    size: [32, 32] as [number, number],
    epochs: 1,
    steps: 3,
    generator: { filters: 2, dropout: 0, inference: { dropout: false } },
    discriminator: { filters: 2, layers: 1 },
    labels: { planes: true, boundaries: 'labels' as const },
  };
  const { config } = await resolveConfigFor({ ...overrides, direction: 'BtoA' }, pairs);
  expect(config.labels.palette!.length).toBeGreaterThan(4);
  expect(config.labels.palette!.length).toBeLessThanOrEqual(12);
  await expect(resolveConfigFor({ ...overrides, direction: 'AtoB' }, pairs)).rejects.toThrow(
    /side A has \d label maps among 6 images; use --direction BtoA/,
  );

  const runFolder = join(data, '../run');
  await follow({ data, runFolder, config, skipBad: false });
  expect((await readConfig(runFolder)).labels).toEqual(config.labels);
  const translator = await openTranslator(runFolder);
  const palette = config.labels.palette!;
  const blocks = Array.from({ length: 32 * 32 }, (_, i) => palette[((i >> 3) + (i >> 8)) % palette.length]!);
  const drawn = (damage: number) => ({
    width: 32,
    height: 32,
    channels: 3,
    data: Uint8ClampedArray.from(blocks.flat(), (level, i) => level + damage * ((i % 11) - 5)),
  });
  const imageOf = ({ data, ...rest }: ReturnType<typeof drawn>) => ({ ...rest, data: new Uint8Array(data) });
  const clean = await translator.translate(imageOf(drawn(0)));
  const damaged = await translator.translate(imageOf(drawn(1)));
  await translator.close();
  expect(new Set(clean.data).size).toBeGreaterThan(10);
  expect(damaged.data).toEqual(clean.data);
});

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPairs } from '../src/data/pairing.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { resolveConfigFor } from '../src/train/resolve-for-data.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { temporaryFolder } from './data-fixtures.ts';
import { finalState, follow, resume, stopAfter } from './reference/small-runs.ts';

/** Label maps → photos: a label-conditioned U-Net against a segmentation discriminator with spectral norm. */
const recipe = {
  preset: 'paper',
  direction: 'BtoA',
  epochs: 2,
  generator: {
    architecture: 'clade',
    filters: 2,
    levels: 3,
    norm: 'instance',
    upsampling: 'resize',
    dropout: 0,
  },
  discriminator: {
    architecture: 'segmentation',
    filters: 2,
    layers: 3,
    norm: 'spectral',
    conditional: false,
  },
  loss: { adversarial: 'segmentation', l1: 10, featureMatching: 10, labelMix: 5, discriminator: 1 },
  optimizer: { beta1: 0, average: 0.9 },
  labels: { planes: true, boundaries: 'labels' },
} as const;

it('without label planes, a segmentation discriminator has two classes', async () => {
  const data = await temporaryFolder();
  await writeSyntheticFacades(data, { train: 2, test: 1, size: 64, seed: 3 });
  const { pairs } = await openPairs(data, { split: 'train' });
  const overrides = {
    ...recipe,
    algorithm: 'simultaneous',
    generator: { ...recipe.generator, architecture: 'unet' },
    discriminator: { ...recipe.discriminator, conditional: true },
    labels: {},
  } as const;
  const { config } = await resolveConfigFor({ ...overrides, size: [64, 64] }, pairs);
  const events = await follow({ data, runFolder: join(data, 'run'), config, skipBad: false });
  const losses = events.flatMap(event => (event.type === 'step' ? [event.discriminatorLoss] : []));
  expect(losses).toHaveLength(4);
  expect(losses[0]).toBeCloseTo(Math.log(2), 1);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
});

it('trains, resumes bit-identically, and translates pictures of other sizes', async () => {
  const folder = await temporaryFolder();
  const data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 3, test: 1, size: 80, seed: 3 });
  const { pairs } = await openPairs(data, { split: 'train' });
  const { config } = await resolveConfigFor({ ...recipe, size: [64, 64] }, pairs);
  const [through, broken] = [join(folder, 'through'), join(folder, 'broken')];
  const events = await follow({ data, runFolder: through, config, skipBad: false });
  const losses = events.flatMap(event => (event.type === 'step' ? [event.discriminatorLoss] : []));
  // As many classes as labels, and one for generated pixels: the cross-entropy of knowing nothing
  expect(losses[0]).toBeCloseTo(Math.log(config.labels.palette!.length + 1), 1);
  expect(Math.min(...losses)).toBeLessThan(losses[0]!);

  await follow({ data, runFolder: broken, config, skipBad: false }, stopAfter(2));
  await resume(broken);
  const state = await finalState(through);
  expect(await finalState(broken)).toEqual(state);
  expect(state.model.toString('latin1')).toContain('D/down1/conv/direction');

  const translator = await openTranslator(through);
  const data8 = new Uint8Array(96 * 40 * 3).map((_, i) => config.labels.palette![i % 5 > 2 ? 1 : 0]![i % 3]!);
  const made = await translator.translate({ width: 96, height: 40, channels: 3, data: data8 });
  await translator.close();
  expect([made.width, made.height]).toEqual([96, 40]);
  expect(new Set(made.data).size).toBeGreaterThan(10);
});

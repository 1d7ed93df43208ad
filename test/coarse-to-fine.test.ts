import { expect, it } from 'vitest';
import { Random } from '../src/core/random.ts';
import { createTrainee } from '../src/train/step.ts';
import { smallConfig } from './reference/small-runs.ts';
import { pairOf } from './reference/training-fixture.ts';

it('an enhancer has the variables of the global generator that was trained at half the size', async () => {
  const global = { filters: 4, levels: 2, blocks: 1 };
  const coarse = smallConfig({ preset: 'hd', size: [32, 32], generator: global });
  const fine = smallConfig({
    preset: 'hd',
    size: [64, 64],
    generator: { ...global, architecture: 'enhancer', enhancerBlocks: 1 },
  });
  const first = await createTrainee(coarse, Random.fromSeed(0));
  for (let step = 0; step < 3; step++) await first.step(pairOf(coarse, step), 2e-3);
  const second = await createTrainee(fine, Random.fromSeed(1));
  const shared = first.generator.variables.filter(({ name }) => !name.startsWith('G/output/'));
  expect(shared.length).toBe(first.generator.variables.length - 2);
  for (const { name, shape } of shared) {
    expect(second.generator.variables.find(variable => variable.name === name)?.shape, name).toEqual(shape);
    second.generator.values[name]!.set(first.generator.values[name]!);
  }
  const before = new Map(shared.map(({ name }) => [name, second.generator.values[name]!.slice()]));
  const losses = await second.step(pairOf(fine, 0), 2e-3);
  expect(Number.isFinite(losses.generator)).toBe(true);
  for (const [name, values] of before) expect(second.generator.values[name], name).not.toEqual(values);
  await first.release();
  await second.release();
});

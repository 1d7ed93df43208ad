import { expect } from 'vitest';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { Random } from '../../src/core/random.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { pairOf } from './training-fixture.ts';

type ChannelCounts = readonly [condition: number, target: number];

/** Each number of channels once on each side. */
export const fewChannelCounts: readonly ChannelCounts[] = [
  [1, 3],
  [2, 4],
  [3, 1],
  [4, 2],
];

/** All others. */
export const otherChannelCounts: readonly ChannelCounts[] = [1, 2, 3, 4]
  .flatMap(condition => [1, 2, 3, 4].map(target => [condition, target] as const))
  .filter(([a, b]) => !fewChannelCounts.some(([condition, target]) => a === condition && b === target));

/** Six steps on one pair lower the L1 loss. */
export async function expectToLearn(
  architecture: 'unet' | 'resnet',
  condition: number,
  target: number,
): Promise<void> {
  const { config } = resolveConfig({
    preset: 'paper',
    size: [32, 32],
    channels: { condition, target },
    generator: { architecture, filters: 2, levels: architecture === 'unet' ? 3 : 1, blocks: 1 },
    discriminator: { filters: 2, layers: 2 },
  });
  const trainee = await createTrainee(config, Random.fromSeed(0));
  const losses = [];
  for (let step = 0; step < 6; step++) losses.push((await trainee.step(pairOf(config, 0), 2e-3)).l1);
  await trainee.release();
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
}

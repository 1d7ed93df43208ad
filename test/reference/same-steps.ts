import { expect } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import type { presets } from '../../src/config/presets.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { Random } from '../../src/core/random.ts';
import type { Device } from '../../src/runtime/device.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createResidentTrainee } from '../../src/step/resident/trainee.ts';
import type { Trainee } from '../../src/step/trainee.ts';
import { restoreState } from '../../src/step/training-state.ts';
import { createTrainee } from '../../src/train/networks.ts';
import { pairOf } from './training-fixture.ts';

const twoClasses: [number, number, number][] = [
  [0, 64, 128],
  [255, 128, 0],
];

/** Each preset, small enough for milliseconds. */
export function smallPreset(name: keyof typeof presets): RunConfig {
  const { config } = resolveConfig({
    preset: name,
    size: name === 'hd' ? [48, 48] : [32, 32],
    // Three levels leave 4×4 pixels: of a single one, a batch norm makes gradients that are rounding errors alone.
    generator: { filters: 4, levels: name === 'hd' ? 2 : 3, blocks: 1 },
    discriminator: { filters: 4, layers: 2 },
    ...(name === 'labels' && { labels: { palette: twoClasses } }),
  });
  return config;
}

/** Both trainees see the same batches and noise, and end with the same losses and state, within 1e-3 of each. */
export async function expectSameSteps(config: RunConfig, device: Device, steps: number): Promise<void> {
  const plain = await createTrainee(config, Random.fromSeed(1), { threads: 1 });
  const resident = await createResidentTrainee(nodeRuntime, device, config, Random.fromSeed(1), {
    threads: 1,
  });
  for (let i = 0; i < steps; i++) {
    const expected = await plain.step(pairOf(config, i), 2e-4);
    const losses = await resident.step(pairOf(config, i), 2e-4);
    for (const [name, loss] of Object.entries(expected)) {
      expect(losses[name as keyof typeof losses], `${name}, step ${i}`).toBeCloseTo(loss, 4);
    }
  }
  await resident.pull();
  expectSameState(resident, plain);
  await plain.release();
  await resident.release();
}

/** A step of one, two of the other with its state, and one of the first with theirs: as three of the first. */
export async function expectToGoOn(config: RunConfig, device: Device): Promise<void> {
  const [through, there, back] = [
    await createTrainee(config, Random.fromSeed(1), { threads: 1 }),
    await createResidentTrainee(nodeRuntime, device, config, Random.fromSeed(2), { threads: 1 }),
    await createTrainee(config, Random.fromSeed(3), { threads: 1 }),
  ];
  await through.step(pairOf(config, 0), 2e-4);
  await hand(through, there);
  for (let i = 1; i < 4; i++) await through.step(pairOf(config, i), 2e-4);
  for (let i = 1; i < 3; i++) await there.step(pairOf(config, i), 2e-4);
  await hand(there, back);
  await back.step(pairOf(config, 3), 2e-4);
  expectSameState(back, through);
  for (const trainee of [through, there, back]) await trainee.release();
}

/** Gives a trainee the state of another one. */
export async function hand(from: Trainee, to: Trainee): Promise<void> {
  await from.pull();
  const streams = Object.entries(from.state.streams).map(([name, stream]) => [name, stream.state()] as const);
  restoreState(to.state, { ...from.state, streams: Object.fromEntries(streams) }, 'the other trainee');
  await to.push();
}

function expectSameState({ state: actual }: Trainee, { state: expected }: Trainee): void {
  expect(actual.counts).toEqual(expected.counts);
  for (const part of ['model', 'optimizerState'] as const) {
    expect([...actual[part].keys()].sort()).toEqual([...expected[part].keys()].sort());
    for (const [name, { data }] of expected[part]) {
      expect(relativeDifference(actual[part].get(name)!.data, data), name).toBeLessThan(1e-3);
    }
  }
}

export function relativeDifference(a: Float32Array, b: Float32Array): number {
  const scale = b.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12);
  return b.reduce((worst, value, i) => Math.max(worst, Math.abs(value - a[i]!)), 0) / scale;
}

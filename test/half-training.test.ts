import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { Random } from '../src/core/random.ts';
import type { Trainee } from '../src/step/trainee.ts';
import { restoreState } from '../src/step/training-state.ts';
import { createTrainee } from '../src/train/networks.ts';
import { expectHalfToFollow, openResident, scaleOf, toFloat16 } from './reference/half-precision.ts';
import { smallPreset } from './reference/same-steps.ts';
import { pairOf } from './reference/training-fixture.ts';

const lite = toFloat16(smallPreset('lite'));

describe('training with activations and gradients in float16', () => {
  // The other presets, and on WebGPU: test/more/half-training.test.ts.
  it.each(['paper', 'lite'] as const)('follows float32, preset %s', name =>
    expectHalfToFollow(smallPreset(name)),
  );

  it('halves the scale and repeats a step while its gradients overflow', async () => {
    const [trainee, small] = [await openResident(lite), await openResident(lite)];
    scaleOf(trainee).scale = 2 ** 40;
    const losses = await trainee.step(pairOf(lite, 0), 2e-4);
    const { scale, sound } = scaleOf(trainee);
    expect(sound).toBe(1);
    expect(scale).toBeLessThan(2 ** 24);
    // As if it had been that scale from the start: nothing of the attempts is left.
    scaleOf(small).scale = scale;
    expect(await small.step(pairOf(lite, 0), 2e-4)).toEqual(losses);
    expect(await digestOf(small)).toBe(await digestOf(trainee));
    await trainee.release();
    await small.release();
  });

  it('keeps its weights if no scale helps, and returns the infinite losses', async () => {
    const trainee = await openResident(lite);
    const before = await digestOf(trainee);
    const blinding = pairOf(lite, 0);
    blinding.condition.fill(1e30);
    expect((await trainee.step(blinding, 2e-4)).generator).toBeNaN();
    expect(await digestOf(trainee)).toBe(before);
    await trainee.release();
  });

  it('doubles the scale after 2,000 finite steps', async () => {
    const trainee = await openResident(lite);
    Object.assign(scaleOf(trainee), { scale: 8, sound: 1999 });
    await trainee.step(pairOf(lite, 0), 2e-4);
    expect(scaleOf(trainee)).toEqual({ scale: 16, sound: 2000 });
    await trainee.release();
  });

  it('continues from its saved state with the same result', async () => {
    const [first, second] = [await openResident(lite), await openResident(lite)];
    for (let i = 0; i < 8; i++) await first.step(pairOf(lite, i), 2e-4);
    await first.pull();
    const streams = Object.entries(first.state.streams).map(([name, each]) => [name, each.state()] as const);
    restoreState(second.state, { ...first.state, streams: Object.fromEntries(streams) }, 'the first');
    await second.push();
    for (const trainee of [first, second]) {
      for (let i = 8; i < 12; i++) await trainee.step(pairOf(lite, i), 2e-4);
    }
    expect(await digestOf(second)).toBe(await digestOf(first));
    expect(second.state.counts).toEqual(first.state.counts);
    await first.release();
    await second.release();
  });

  it('is refused on the CPU and with wgan-gp', async () => {
    await expect(createTrainee(lite, Random.fromSeed(1))).rejects.toThrow(
      'Cannot train in float16 with --device cpu: use --device webgpu, or --precision float32',
    );
    const slopes = { precision: 'float16', loss: { adversarial: 'wgan-gp' } } as const;
    const norm = { generator: { norm: 'instance' }, discriminator: { norm: 'instance' } } as const;
    expect(() => resolveConfig({ preset: 'paper', ...norm, ...slopes })).toThrow(
      'Cannot train with adversarial loss "wgan-gp" in float16',
    );
  });
});

/** Of all arrays that a step may change. */
async function digestOf(trainee: Trainee): Promise<string> {
  await trainee.pull();
  const { model, optimizerState } = trainee.state;
  const digest = createHash('sha256');
  for (const [name, { data }] of [...model, ...optimizerState]) digest.update(name).update(data);
  return digest.digest('hex');
}

import { expect } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import type { Trainee } from '../../src/step/trainee.ts';
import { pairOf } from './training-fixture.ts';

const losses = ['l1', 'generator', 'discriminator'] as const;

/** Losses step by step. */
export type Curve = Readonly<Record<(typeof losses)[number], readonly number[]>>;

/** Trains on eight pairs in turns. */
export async function lossCurve(
  trainee: Trainee,
  config: RunConfig,
  steps: number,
  learningRate = 2e-4,
): Promise<Curve> {
  const curve = { l1: [] as number[], generator: [] as number[], discriminator: [] as number[] };
  for (let i = 0; i < steps; i++) {
    const done = await trainee.step(pairOf(config, i % 8), learningRate);
    for (const name of losses) curve[name].push(done[name]);
  }
  return curve;
}

/**
 * How far losses are from others': L1's and the generator's relative to those, the larger of the two; the discriminator's,
 * which comes near 0, in absolute terms.
 */
export interface Distance {
  /** Of the first five steps, the largest. */
  readonly early: number;
  readonly earlyDiscriminator: number;
  /** Of means over 20 steps, the largest. */
  readonly smoothed: number;
  /** Of means over all steps. */
  readonly mean: number;
  readonly meanDiscriminator: number;
}

/**
 * What differences of rounding make of 200 steps of `lite` at 64×64, and some more. Its game is chaotic: weights changed by
 * 1e-7 of themselves at the start (four times at random) end up with losses of single steps that are several times as large
 * or small, and were at most 0.0002, 0.0007, 0.033, 0.006 and 0.030 away by these measures; changed by 1e-6 (twice) at
 * most 0.0002, 0.0007, 0.014, 0.004 and 0.031; WebGPU on an H200 was 0.0002, 0.0007, 0.033, 0.009 and 0.019 away. A learning
 * rate a twentieth larger is outside: 0.0012, 0.0020, 0.039, 0.016 and 0.000.
 */
export const ROUNDING: Distance = {
  early: 0.0005,
  earlyDiscriminator: 0.0015,
  smoothed: 0.05,
  mean: 0.012,
  meanDiscriminator: 0.06,
};

/**
 * For activations and gradients in float16, of 11 bits instead of 24: at most 0.0031, 0.0050, 0.055, 0.009 and 0.030 away
 * on a CPU, lavapipe and an H200.
 */
export const HALF: Distance = {
  early: 0.01,
  earlyDiscriminator: 0.02,
  smoothed: 0.07,
  mean: 0.02,
  meanDiscriminator: 0.06,
};

export function distance(curve: Curve, reference: Curve): Distance {
  // Some objectives have no L1.
  const generatorLosses = (['l1', 'generator'] as const).filter(name => reference[name][0] !== 0);
  const relative = (of: Average) =>
    Math.max(
      ...generatorLosses.flatMap(name => {
        const [ours, theirs] = [of(curve[name]), of(reference[name])];
        return ours.map((value, i) => Math.abs(value - theirs[i]!) / theirs[i]!);
      }),
    );
  const absolute = (of: Average) => {
    const [ours, theirs] = [of(curve.discriminator), of(reference.discriminator)];
    return Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)));
  };
  return {
    early: relative(firstFive),
    earlyDiscriminator: absolute(firstFive),
    smoothed: relative(meansOfTwenty),
    mean: relative(meanOfAll),
    meanDiscriminator: absolute(meanOfAll),
  };
}

export function expectWithin(band: Distance, measured: Distance): void {
  for (const [name, limit] of Object.entries(band)) {
    expect(measured[name as keyof Distance], name).toBeLessThan(limit);
  }
}

type Average = (values: readonly number[]) => readonly number[];

const firstFive: Average = values => values.slice(0, 5);
const meanOfAll: Average = values => [values.reduce((a, b) => a + b, 0) / values.length];
const meansOfTwenty: Average = values =>
  Array.from(
    { length: Math.floor(values.length / 20) },
    (_, i) => meanOfAll(values.slice(20 * i, 20 * i + 20))[0]!,
  );

import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { type OptimizerOptions, optimizers, type Parameters } from './optimizers.ts';

const options: OptimizerOptions = {
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  form: 'pytorch',
  momentum: 0.9,
  weightDecay: 0.02,
};
const COUNT = 13;
const RATE = 0.01;

describe('sgd', () => {
  it('accumulates a velocity, v ← μ·v + g + λ·θ', () => {
    const expected = { weight: 0, velocity: 0 };
    follow('sgd', options, {
      start: weight => Object.assign(expected, { weight, velocity: 0 }),
      step: gradient => {
        expected.velocity = 0.9 * expected.velocity + gradient + 0.02 * expected.weight;
        expected.weight -= RATE * expected.velocity;
        return expected.weight;
      },
    });
  });

  it('without momentum and decay subtracts lr · gradient', () => {
    let expected = 0;
    follow(
      'sgd',
      { ...options, momentum: 0, weightDecay: 0 },
      {
        start: weight => {
          expected = weight;
        },
        step: gradient => {
          expected -= RATE * gradient;
          return expected;
        },
      },
    );
  });
});

describe('adamw', () => {
  it('decays the weights independently of the gradients, then takes Adam’s step', () => {
    const expected = { weight: 0, m: 0, v: 0 };
    follow('adamw', options, {
      start: weight => Object.assign(expected, { weight, m: 0, v: 0 }),
      step: (gradient, step) => {
        expected.m = 0.5 * expected.m + 0.5 * gradient;
        expected.v = 0.999 * expected.v + 0.001 * gradient ** 2;
        expected.weight *= 1 - RATE * 0.02;
        const mean = expected.m / (1 - 0.5 ** step);
        const deviation = Math.sqrt(expected.v / (1 - 0.999 ** step));
        expected.weight -= (RATE * mean) / (deviation + 1e-8);
        return expected.weight;
      },
    });
  });

  it('without decay is Adam', () => {
    const none = { ...options, weightDecay: 0 };
    const [adam, adamw] = (['adam', 'adamw'] as const).map(method => {
      const parameters = allocate();
      const { rates, onArrays } = optimizers[method];
      const update = onArrays(parameters, none);
      for (let step = 1; step <= 3; step++) update(rates(none, step, RATE));
      return parameters.weights;
    });
    expect(adamw).toEqual(adam);
  });
});

/** One weight by itself, in double precision. */
interface Reference {
  start(weight: number): void;
  /** The weight after this step. */
  step(gradient: number, step: number): number;
}

/** Runs five steps, and the reference over each weight. */
function follow(method: keyof typeof optimizers, chosen: OptimizerOptions, reference: Reference): void {
  const parameters = allocate();
  const first = Float32Array.from(parameters.weights);
  const { rates, onArrays } = optimizers[method];
  const update = onArrays(parameters, chosen);
  const random = Random.fromSeed(4);
  const gradients = Array.from({ length: 5 }, () => parameters.gradients.map(() => random.normal()));
  gradients.forEach((gradient, i) => {
    parameters.gradients.set(gradient);
    update(rates(chosen, i + 1, RATE));
  });
  parameters.weights.forEach((weight, k) => {
    reference.start(first[k]!);
    const steps = gradients.map((gradient, i) => reference.step(gradient[k]!, i + 1));
    expect(weight).toBeCloseTo(steps.at(-1)!, 5);
  });
}

function allocate(): Parameters {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const block = (i: number) => new Float32Array(memory.buffer, i * 64, COUNT);
  const random = Random.fromSeed(3);
  const [weights, gradients] = [block(0), block(1)].map(array => {
    array.set(array.map(() => random.normal()));
    return array;
  }) as [Float32Array, Float32Array];
  return { memory, weights, gradients, firstMoments: block(2), secondMoments: block(3) };
}

import { expect, test } from 'vitest';
import { Random } from '../core/random.ts';
import { type AdamOptions, adamRates, createAdam } from './adam.ts';

const kinds = ['keras', 'pytorch'] as const;
const lengths = [1, 2, 3, 4, 5, 7, 8, 31, 64, 1001];

for (const form of kinds) {
  test.each(lengths)(`${form} form equals the formula in float64 over %i values and five steps`, count => {
    const options: AdamOptions = { beta1: 0.5, beta2: 0.999, epsilon: 1e-7, form };
    const random = Random.fromSeed(count);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const update = createAdam(memory, options);
    const at = (block: number) => block * count * 4;
    const view = (block: number) => new Float32Array(memory.buffer, at(block), count);
    const weights = view(0).map(() => random.normal());
    view(0).set(weights);
    const reference = {
      w: Float64Array.from(weights),
      m: new Float64Array(count),
      v: new Float64Array(count),
    };
    for (let step = 1; step <= 5; step++) {
      const gradients = view(1).map(() => random.normal() * 10 ** -(step % 4));
      view(1).set(gradients);
      update(
        { weights: at(0), gradients: at(1), firstMoments: at(2), secondMoments: at(3), count },
        adamRates(options, step, 2e-4),
      );
      referenceAdam(reference, gradients, step, 2e-4, options);
    }
    expectClose(view(0), reference.w);
    expectClose(view(2), reference.m);
    expectClose(view(3), reference.v);
    // What lies behind the values stays untouched.
    expect(new Float32Array(memory.buffer, at(4), 8).every(value => value === 0)).toBe(true);
  });
}

function expectClose(actual: Float32Array, expected: Float64Array): void {
  const largest = Math.max(...expected.map(Math.abs));
  const difference = Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
  expect(difference).toBeLessThan(3e-7 * largest);
}

function referenceAdam(
  { w, m, v }: { w: Float64Array; m: Float64Array; v: Float64Array },
  gradients: Float32Array,
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon, form }: AdamOptions,
): void {
  for (let i = 0; i < w.length; i++) {
    m[i] = beta1 * m[i]! + (1 - beta1) * gradients[i]!;
    v[i] = beta2 * v[i]! + (1 - beta2) * gradients[i]! ** 2;
    const mean = m[i]! / (1 - beta1 ** step);
    const variance = v[i]! / (1 - beta2 ** step);
    w[i]! -=
      form === 'pytorch'
        ? (learningRate * mean) / (Math.sqrt(variance) + epsilon)
        : (learningRate * Math.sqrt(1 - beta2 ** step) * mean) / (Math.sqrt(v[i]!) + epsilon);
  }
}

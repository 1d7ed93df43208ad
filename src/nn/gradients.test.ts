import { describe, expect, it } from 'vitest';
import { accumulateGradients, clipByNorm } from './gradients.ts';

describe('clipByNorm', () => {
  it('scales to the limit and keeps the direction', () => {
    const gradients = Float32Array.of(3, 0, -4);
    clipByNorm(gradients, 1);
    expect([...gradients]).toEqual([0.6, 0, -0.8].map(value => expect.closeTo(value, 5)));
  });

  it('keeps smaller gradients, also zeros', () => {
    for (const values of [
      [0.3, -0.4],
      [0, 0],
    ]) {
      const gradients = Float32Array.from(values);
      clipByNorm(gradients, 1);
      expect(gradients).toEqual(Float32Array.from(values));
    }
  });
});

it('accumulateGradients leaves the mean after each full count', () => {
  const [sum, gradients] = [new Float32Array(2), new Float32Array(2)];
  const give = (a: number, b: number, isLast: boolean) => {
    gradients.set([a, b]);
    accumulateGradients(sum, gradients, 3, isLast);
  };
  for (let round = 0; round < 2; round++) {
    give(1, 10, false);
    give(2, 20, false);
    expect([...sum]).toEqual([3, 30]);
    give(6, -30, true);
    expect([...gradients]).toEqual([3, 0]);
    expect([...sum]).toEqual([0, 0]);
  }
});

import { describe, expect, it } from 'vitest';
import { clipByNorm, createAccumulator } from './gradients.ts';

describe('clipByNorm', () => {
  it('scales to the limit and keeps the direction', () => {
    const gradients = Float32Array.of(3, 0, -4);
    clipByNorm(gradients, 1);
    expect([...gradients]).toEqual([0.6, 0, -0.8].map(value => expect.closeTo(value, 5)));
  });

  it('leaves smaller gradients alone, zeros too', () => {
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

describe('createAccumulator', () => {
  it('leaves the mean after each full count', () => {
    const gradients = new Float32Array(2);
    const { enough } = createAccumulator(gradients, 3);
    const give = (a: number, b: number) => {
      gradients.set([a, b]);
      return enough();
    };
    for (let round = 0; round < 2; round++) {
      expect([give(1, 10), give(2, 20), give(6, -30)]).toEqual([false, false, true]);
      expect([...gradients]).toEqual([3, 0]);
    }
  });

  it('of one batch passes it through', () => {
    const gradients = Float32Array.of(1, 2);
    expect(createAccumulator(gradients, 1).enough()).toBe(true);
    expect([...gradients]).toEqual([1, 2]);
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { kernelInitializers, orthogonal } from './initializers.ts';

const shape = [4, 4, 20, 30];
const fan = 4 * 4;

describe('kernels have mean 0 and the deviation of the formula', () => {
  it.each([
    ['normal', 0.02],
    ['he', Math.sqrt(2 / (fan * 20))],
    ['glorot', Math.sqrt(2 / (fan * (20 + 30)))],
    ['orthogonal', Math.sqrt(1 / (fan * 20))],
  ] as const)('%s', (name, deviation) => {
    const values = kernelInitializers[name](shape, Random.fromSeed(1));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.05 * deviation);
    expect(Math.sqrt(variance) / deviation).toBeCloseTo(1, 1);
  });

  it('glorot stays within its limit', () => {
    const limit = Math.sqrt(6 / (fan * 50));
    const values = kernelInitializers.glorot(shape, Random.fromSeed(1));
    expect(values.every(value => Math.abs(value) <= limit)).toBe(true);
  });
});

describe('orthogonal', () => {
  it.each([
    ['columns', [3, 3, 2, 5]],
    ['rows', [1, 1, 3, 7]],
    ['a square', [2, 2, 2, 8]],
  ])('has orthonormal %s', (_, shape) => {
    const columns = shape.at(-1)!;
    const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const values = orthogonal(shape, Random.fromSeed(2));
    const count = Math.min(rows, columns);
    const at = (vector: number, k: number) =>
      rows >= columns ? values[k * columns + vector]! : values[vector * columns + k]!;
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++) {
        let product = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) product += at(a, k) * at(b, k);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 5);
      }
  });
});

import { expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { addBlock, blockLength, encodeBlock } from './half-block.ts';

function throughBlock(values: Float32Array): Float32Array {
  const block = new Uint16Array(blockLength(values.length));
  encodeBlock(values, block);
  const result = new Float32Array(values.length);
  addBlock(block, result);
  return result;
}

it('keeps 11 bits of numbers of any size, if they are of similar size', () => {
  const random = Random.fromSeed(0);
  for (const size of [1e-30, 1e-7, 1, 3e5, 1e30]) {
    const values = Float32Array.from({ length: 1000 }, () => (random.uniform() + 0.01) * size);
    throughBlock(values).forEach((value, i) => {
      expect(Math.abs(value / values[i]! - 1)).toBeLessThan(2 ** -11 * 1.001);
    });
  }
});

it('keeps numbers a millionth as large as the largest, roughly', () => {
  const [, small] = throughBlock(Float32Array.of(1, 1e-6));
  expect(small).toBeGreaterThan(0.99e-6);
  expect(small).toBeLessThan(1.01e-6);
});

it('keeps what binary16 holds exactly: signs, zeros, the smallest beside the largest', () => {
  const exact = Float32Array.of(32752, -32752, 0, -1, 2 ** -14, 1023 * 2 ** -24, 2 ** -24, 1 + 2 ** -10);
  expect([...throughBlock(exact)]).toEqual([...exact]);
  expect([...throughBlock(new Float32Array(3))]).toEqual([0, 0, 0]);
});

it('keeps infinities and NaN, which the guard looks for', () => {
  const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1);
  expect([...throughBlock(values)]).toEqual([...values]);
});

it('adds to what is there, times a factor', () => {
  const block = new Uint16Array(blockLength(2));
  encodeBlock(Float32Array.of(2, -4), block);
  const sum = Float32Array.of(10, 10);
  addBlock(block, sum, 0.5);
  expect([...sum]).toEqual([11, 8]);
});

import { expect, test } from 'vitest';
import { fromFloat16, toFloat16 } from './float16.ts';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
const encode = (value: number) => {
  float[0] = value;
  return toFloat16(bits[0]!);
};

test('every binary16 is encoded as itself', () => {
  for (let half = 0; half < 0x1_0000; half++) {
    const value = fromFloat16(half);
    if (Number.isNaN(value)) expect(Number.isNaN(fromFloat16(encode(value)))).toBe(true);
    else if (encode(value) !== half) expect(encode(value)).toBe(half);
  }
});

test('numbers halfway between two become the even one, others the nearer one', () => {
  for (let half = 0; half < 0x7bff; half++) {
    const [low, high] = [fromFloat16(half), fromFloat16(half + 1)];
    const middle = (low + high) / 2;
    const quarter = (high - low) / 4;
    const encoded = [middle, middle - quarter, middle + quarter, -middle].map(encode);
    const even = half % 2 === 0 ? half : half + 1;
    if (`${encoded}` !== `${[even, half, half + 1, even | 0x8000]}`)
      expect(encoded, `${half}`).toEqual([even, half, half + 1, even | 0x8000]);
  }
});

test('numbers that are too large become infinite', () => {
  expect(fromFloat16(encode(65519))).toBe(65504);
  expect(fromFloat16(encode(65520))).toBe(Number.POSITIVE_INFINITY);
  expect(fromFloat16(encode(Number.NEGATIVE_INFINITY))).toBe(Number.NEGATIVE_INFINITY);
});

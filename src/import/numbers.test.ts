import { expect, it } from 'vitest';
import { toFloat32 } from './numbers.ts';
import { refusing } from './refuse.ts';

const refuse = refusing('x');
const words = (...values: readonly number[]) => new Uint8Array(Uint16Array.from(values).buffer);

it('reads half precision: numbers, the smallest, the largest, infinities', () => {
  const halves = words(0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x8000, 0x7c00, 0xfc00);
  const expected = [
    1,
    -2,
    0.333251953125,
    2 ** -24,
    65504,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  expect([...toFloat32(halves, 'F16', refuse)]).toEqual(expected);
});

it('reads bfloat16', () => {
  expect([...toFloat32(words(0x3f80, 0xc040, 0x7f80), 'BF16', refuse)]).toEqual([
    1,
    -3,
    Number.POSITIVE_INFINITY,
  ]);
});

it('reads double and single precision at any byte offset', () => {
  const bytes = new Uint8Array(21);
  new DataView(bytes.buffer).setFloat64(1, 0.1, true);
  new DataView(bytes.buffer).setFloat32(9, -2.5, true);
  expect([...toFloat32(bytes.subarray(1, 9), 'F64', refuse)]).toEqual([Math.fround(0.1)]);
  expect([...toFloat32(bytes.subarray(9, 13), 'F32', refuse)]).toEqual([-2.5]);
});

it('refuses integers', () => {
  expect(() => toFloat32(new Uint8Array(8), 'integer', refuse)).toThrow(/stored as integers/);
});

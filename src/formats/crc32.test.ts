import { crc32 as reference } from 'node:zlib';
import { expect, it } from 'vitest';
import { crc32 } from './crc32.ts';

it('is what zlib computes', () => {
  for (const text of ['', 'a', '123456789', 'numbers, '.repeat(999)]) {
    const bytes = new TextEncoder().encode(text);
    expect(crc32(bytes)).toBe(reference(bytes));
  }
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf4_3926);
});

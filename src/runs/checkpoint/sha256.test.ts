import { createHash } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { Random } from '../../core/random.ts';
import { plainSha256 } from './plain-sha256.ts';
import { sha256 } from './sha256.ts';

const wantedOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it("without the environment's own SHA-256 the digests are the same", () => {
  const random = Random.fromSeed(0);
  const bytes = Uint8Array.from({ length: 100_003 }, () => random.integer(256));
  // All lengths of the last block, and bytes that don't begin at a word.
  for (let length = 0; length <= 200; length++) {
    const message = bytes.subarray(3, 3 + length);
    expect(Buffer.from(plainSha256(message)).toString('hex'), `${length}`).toBe(wantedOf(message));
  }
  expect(Buffer.from(plainSha256(bytes)).toString('hex')).toBe(wantedOf(bytes));
});

it('works where `crypto.subtle` is missing, as in a page on plain http', async () => {
  const bytes = new TextEncoder().encode('abc');
  expect(await sha256(bytes)).toBe(wantedOf(bytes));
  Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(crypto, 'subtle'));
  expect(await sha256(bytes)).toBe(wantedOf(bytes));
});

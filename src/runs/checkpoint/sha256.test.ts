import { createHash } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { Random } from '../../core/random.ts';
import { sha256 } from './sha256.ts';

it('gives the same digests without `crypto.subtle`, as in a page on plain http', async () => {
  const random = Random.fromSeed(0);
  // The second begins in the middle of a word.
  const messages = [
    new TextEncoder().encode('abc'),
    Uint8Array.from({ length: 100_003 }, () => random.integer(256)).subarray(3),
  ];
  for (const bytes of messages) {
    const wanted = createHash('sha256').update(bytes).digest('hex');
    expect(await sha256(bytes)).toBe(wanted);
    Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
    onTestFinished(() => void Reflect.deleteProperty(crypto, 'subtle'));
    expect(await sha256(bytes)).toBe(wanted);
    Reflect.deleteProperty(crypto, 'subtle');
  }
});

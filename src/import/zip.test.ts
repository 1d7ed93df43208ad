import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { UserError } from '../core/errors.ts';
import { readZip } from './zip.ts';

const content = {
  'a/data.pkl': bytesOf('a pickle'),
  'a/data/0': bytesOf('numbers, numbers'),
  'b.txt': bytesOf(''),
};

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const read = (bytes: Uint8Array, wanted = (_path: string) => true) =>
  readZip(bytes, wanted, reason => {
    throw new UserError(reason);
  });

it('reads the wanted entries of an archive with a comment', () => {
  const zip = zipSync(content, { level: 0 });
  expect(Object.fromEntries(read(zip))).toEqual(content);
  expect([...read(zip, path => path.startsWith('a/')).keys()]).toEqual(['a/data.pkl', 'a/data/0']);
  expect(read(new Uint8Array([...zip, ...bytesOf('a comment')])).size).toBe(3);
});

it('refuses an entry with any changed bit', () => {
  const zip = zipSync(content, { level: 0 });
  const at = Buffer.from(zip).indexOf('numbers');
  for (const bit of [0, 3, 7]) {
    const damaged = zip.slice();
    damaged[at + 5]! ^= 1 << bit;
    expect(() => read(damaged)).toThrow('its zip entry "a/data/0" is damaged: its checksum differs');
    expect(read(damaged, path => path.endsWith('.pkl')).size).toBe(1);
  }
});

it('refuses truncated and compressed entries', () => {
  const zip = zipSync(content, { level: 0 });
  expect(() => read(zip.subarray(0, -30))).toThrow('damaged or truncated zip file');
  expect(() => read(zip.subarray(20))).toThrow('damaged or truncated zip file');
  const swelling = zipSync({ 'a/data/0': new Uint8Array(10_000) }, { level: 9 });
  expect(() => read(swelling)).toThrow('is compressed');
});

import { describe, expect, it } from 'vitest';
import { readPickle } from './pickle.ts';
import { refusing } from './refuse.ts';

const refuse = refusing('x.pth');

/** Assembles a pickle of opcodes (texts) and bytes (numbers). */
function pickleOf(...parts: readonly (string | number | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap(part =>
      typeof part === 'string' ? [...Buffer.from(part)] : typeof part === 'number' ? [part] : [...part],
    ),
  );
}

function read(bytes: Uint8Array, globals: ReadonlyMap<string, unknown> = new Map()): unknown {
  const persistent = (args: readonly unknown[]) => ({ persistent: args });
  return readPickle(bytes, 0, { globals, persistent }, refuse).value;
}

describe('readPickle', () => {
  it.each([
    ['None', pickleOf('N.'), null],
    ['booleans', pickleOf(0x88, 0x89, 0x86, '.'), [true, false]],
    ['integers', pickleOf('(K', 7, 'M', 1, 2, 'J', 0xff, 0xff, 0xff, 0xff, 't.'), [7, 513, -1]],
    ['longs', pickleOf(0x8a, 2, 0xff, 0xff, 0x8a, 2, 0xff, 0x7f, 0x8a, 0, 0x87, '.'), [-1, 32767, 0]],
    ['doubles', pickleOf('G', [0x3f, 0xe0, 0, 0, 0, 0, 0, 0], '.'), 0.5],
    ['texts', pickleOf('X', [2, 0, 0, 0], 'hx', 'U', 1, 'a', 0x86, '.'), ['hx', 'a']],
    ['lists', pickleOf('](K', 1, 'K', 2, 'eK', 3, 'a.'), [1, 2, 3]],
    [
      'dicts',
      pickleOf('}(K', 1, 'K', 2, 'uK', 3, 'Ns.'),
      new Map([
        [1, 2],
        [3, null],
      ] as const),
    ],
    ['a memo', pickleOf(']q', 5, '0h', 5, 'h', 5, 0x86, '.'), [[], []]],
    ['persistent ids', pickleOf('K', 1, 0x85, 'Q.'), { persistent: [1] }],
    ['protocol 4', pickleOf(0x80, 4, 0x95, [0, 0, 0, 0, 0, 0, 0, 0], 0x8c, 1, 'a', 0x94, '.'), 'a'],
  ])('reads %s', (_, bytes, value) => {
    expect(read(bytes)).toEqual(value);
  });

  it('calls only known functions', () => {
    const globals = new Map([['m.double', ([x]: readonly unknown[]) => 2 * (x as number)]]);
    expect(read(pickleOf('cm\ndouble\nK', 4, 0x85, 'R.'), globals)).toBe(8);
    expect(() => read(pickleOf('cm\ntriple\nK', 4, 0x85, 'R.'), globals)).toThrow(
      'Cannot import "x.pth": its pickle asks for "m.triple", which could run code',
    );
  });

  it('ends at STOP and says where', () => {
    const bytes = pickleOf('K', 1, '.K', 2, '.');
    const world = { globals: new Map(), persistent: () => null };
    expect(readPickle(bytes, 3, world, refuse)).toEqual({ value: 2, end: 6 });
  });

  it.each([
    ['an empty stack', pickleOf('.'), /damaged/],
    ['a missing mark', pickleOf('t.'), /damaged/],
    ['an unknown memo', pickleOf('h', 3, '.'), /damaged/],
    ['a call of a list', pickleOf('])R.'), /damaged/],
    ['attributes of a list', pickleOf(']Nb.'), /sets attributes/],
    ['the end of the file', pickleOf(']'), /truncated/],
    ['half a text', pickleOf('X', [9, 0, 0, 0], 'abc'), /truncated/],
    ['a global without an end', pickleOf('cos'), /truncated/],
    ['object building', pickleOf(0x81, '.'), /operation 0x81/],
    ['an endless text', pickleOf('X', [0xff, 0xff, 0xff, 0x7f]), /string of 2147483647 bytes/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });

  it('stops at a limit of operations', () => {
    expect(() => read(new Uint8Array(2_000_000).fill(']'.charCodeAt(0)))).toThrow(
      /more than 500000 operations/,
    );
  });
});

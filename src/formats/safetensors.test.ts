import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWeights, encodeWeights, safetensorsHeader } from './safetensors.ts';

const weights = new Map([
  ['G/kernel', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, Number.NaN, Number.POSITIVE_INFINITY) }],
  ['G/scalar', { shape: [], data: Float32Array.of(7) }],
  ['G/nothing', { shape: [0, 4], data: new Float32Array(0) }],
]);

/** A file with any header, for what an honest writer would not write. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const tensor = (start: number, end: number, shape = [(end - start) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe('safetensors', () => {
  it('returns what was stored, bit by bit', () => {
    const { tensors, metadata } = decodeWeights(encodeWeights(weights, { epoch: '3' }));
    expect(tensors).toEqual(weights);
    expect(metadata).toEqual({ epoch: '3' });
  });

  it('returns any tensors, at any byte offset', () => {
    const anyTensors = fc.dictionary(fc.string(), fc.float32Array({ maxLength: 9 }), {
      maxKeys: 5,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(anyTensors, fc.nat(7), (arrays, shift) => {
        const named = Object.entries(arrays).filter(
          ([name]) => name !== '__metadata__' && name !== '__proto__',
        );
        const map = new Map(named.map(([name, data]) => [name, { shape: [data.length], data }]));
        const encoded = encodeWeights(map);
        const shifted = new Uint8Array(encoded.length + shift);
        shifted.set(encoded, shift);
        expect(decodeWeights(shifted.subarray(shift)).tensors).toEqual(map);
      }),
    );
  });

  it('writes the published format: u64 length, JSON, data at a multiple of 8', () => {
    const header = safetensorsHeader(new Map([['x', { shape: [2], data: Float32Array.of(1, 2) }]]), {
      a: 'b',
    });
    expect(header.length % 8).toBe(0);
    expect(new DataView(header.buffer).getBigUint64(0, true)).toBe(BigInt(header.length - 8));
    expect(JSON.parse(new TextDecoder().decode(header.subarray(8)))).toEqual({
      __metadata__: { a: 'b' },
      x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
  });

  it('does not copy aligned tensors', () => {
    const file = encodeWeights(weights);
    expect(decodeWeights(file).tensors.get('G/kernel')!.data.buffer).toBe(file.buffer);
  });

  it('detects a file truncated anywhere', () => {
    const file = encodeWeights(weights);
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeWeights(file.subarray(0, length), '"w"')).toThrow(/^Cannot read weights "w": .*/);
    }
  });

  it('refuses a shape that does not fit its values', () => {
    const wrong = new Map([['x', { shape: [3], data: new Float32Array(2) }]]);
    expect(() => encodeWeights(wrong)).toThrow('Cannot store "x" as [3]: it has 2 values');
  });

  it.each([
    ['half floats', fileOf({ x: tensor(0, 4, [2], 'F16') }, 4), 'tensor "x" is F16, and only F32 is read'],
    ['an overlap', fileOf({ x: tensor(0, 8), y: tensor(4, 12) }, 12), 'tensor "y" overlaps another'],
    ['a gap', fileOf({ x: tensor(0, 4), y: tensor(8, 12) }, 12), 'tensor "y" follows a gap'],
    ['a wrong shape', fileOf({ x: tensor(0, 8, [3]) }, 8), 'tensor "x" of shape [3] has 8 bytes'],
    ['a reversed range', fileOf({ x: tensor(8, 0, [2]) }, 8), 'tensor "x" of shape [2] has -8 bytes'],
    ['missing data', fileOf({ x: tensor(0, 8) }, 4), 'truncated: 4 of 8 bytes of tensors are missing'],
    ['too much data', fileOf({ x: tensor(0, 4) }, 8), '4 bytes follow the last tensor'],
    [
      'no offsets',
      fileOf({ x: { dtype: 'F32', shape: [1] } }, 4),
      'tensor "x" lacks a type, a shape or offsets',
    ],
    ['broken JSON', fileOf('{"x": ', 0), 'its header is damaged'],
    ['numbers as metadata', fileOf({ __metadata__: { a: 1 } }, 0), 'its metadata is not text'],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), 'it is not a safetensors file'],
    ['a giant header', new Uint8Array(16).fill(0x7b), 'it is not a safetensors file'],
  ])('refuses %s', (_, file, message) => {
    expect(() => decodeWeights(file)).toThrow(message);
  });
});

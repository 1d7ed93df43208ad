import type { Random } from '../../src/core/random.ts';

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

/** A copy of a file, damaged in one of the ways that disks, networks and ill will have. */
export function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let result = bytes;
  for (let left = 1 + below(3, random); left > 0; left--) {
    result = damages[below(damages.length, random)]!(result, random);
  }
  return result;
}

const damages: readonly Damage[] = [
  // bits flipped
  (bytes, random) => {
    const copy = bytes.slice();
    for (let left = 1 + below(8, random); left > 0 && copy.length > 0; left--) {
      copy[place(copy, random)]! ^= 1 << below(8, random);
    }
    return copy;
  },
  // cut short
  (bytes, random) => bytes.slice(0, below(bytes.length + 1, random)),
  // an absurd number where one may stand
  (bytes, random) => {
    const copy = bytes.slice();
    const absurd = [0, 1, 0x7f, 0xff, 0x7fffffff, 0xffffffff, 0x80000000, 1e9];
    const value = absurd[below(absurd.length, random)]!;
    const size = [1, 2, 4, 8][below(4, random)]!;
    const at = place(copy, random);
    for (let i = 0; i < size && at + i < copy.length; i++)
      copy[at + i] = i < 4 ? value >>> (8 * i) : value >>> 24;
    return copy;
  },
  // a stretch blotted out
  (bytes, random) => {
    const copy = bytes.slice();
    const at = place(copy, random);
    return copy.fill(below(2, random) * 0xff, at, at + 1 + below(64, random));
  },
  // a stretch missing
  (bytes, random) => {
    const at = place(bytes, random);
    return join(bytes.slice(0, at), bytes.slice(at + 1 + below(200, random)));
  },
  // a stretch from elsewhere in between
  (bytes, random) => {
    const [at, from] = [place(bytes, random), place(bytes, random)];
    return join(bytes.slice(0, at), bytes.slice(from, from + 1 + below(200, random)), bytes.slice(at));
  },
];

/** Somewhere; more often near the beginning and the end, where formats keep their headers and directories. */
function place(bytes: Uint8Array, random: Random): number {
  const near = Math.min(bytes.length, 2048);
  const where = [
    () => below(near, random),
    () => bytes.length - 1 - below(near, random),
    () => below(bytes.length, random),
  ];
  return Math.max(where[below(3, random)]!(), 0);
}

function below(limit: number, random: Random): number {
  return Math.floor(random.uniform() * limit);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

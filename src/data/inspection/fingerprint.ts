import type { Image } from '../../core/image.ts';
import { lumaOf } from '../../images/plane.ts';
import { areaResize } from '../../images/resize.ts';

/** A compact description of a picture for finding similar ones. */
export interface Fingerprint {
  /** 64 bits: whether brightness rises from each cell of a 9×8 grid to the next (dHash). */
  readonly hash: readonly [number, number];
  /** The picture at 12×12, its three channels. */
  readonly thumbnail: Uint8Array;
}

const thumbnailSide = 12;

export function imageHash(image: Image): Fingerprint {
  const thumbnail = areaResize(image, thumbnailSide, thumbnailSide).data;
  const { data } = lumaOf(areaResize(image, 9, 8));
  const hash: [number, number] = [0, 0];
  for (let bit = 0; bit < 64; bit++) {
    const i = Math.floor(bit / 8) * 9 + (bit % 8);
    if (data[i + 1]! > data[i]!) hash[bit >> 5]! |= 1 << (bit & 31);
  }
  return { hash, thumbnail };
}

const mostBits = 7;
// Root mean square difference of the thumbnails, in levels.
const mostDifference = 6;

/** Whether two pictures look the same: scaled, recompressed, slightly cropped or brightened. */
function looksAlike(a: Fingerprint, b: Fingerprint): boolean {
  const bits = bitsOf(a.hash[0] ^ b.hash[0]) + bitsOf(a.hash[1] ^ b.hash[1]);
  return bits <= mostBits && thumbnailDifference(a, b) <= mostDifference;
}

function thumbnailDifference(a: Fingerprint, b: Fingerprint): number {
  let sum = 0;
  for (let i = 0; i < a.thumbnail.length; i++) sum += (a.thumbnail[i]! - b.thumbnail[i]!) ** 2;
  return Math.sqrt(sum / a.thumbnail.length);
}

function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Groups of pictures that look alike, directly or through others, as indices; pictures without a match are left out.
 * Two hashes that differ in at most 7 bits agree in at least one of their 8 bytes, so only pictures that share a byte
 * at the same position are compared.
 */
export function alikeGroups(prints: readonly Fingerprint[]): number[][] {
  const parent = prints.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    parent[i] = root;
    return root;
  };
  for (const bucket of bucketsOf(prints)) {
    bucket.forEach((one, at) => {
      for (let k = 0; k < at; k++) {
        const [a, b] = [rootOf(one), rootOf(bucket[k]!)];
        if (a !== b && looksAlike(prints[one]!, prints[bucket[k]!]!)) parent[Math.max(a, b)] = Math.min(a, b);
      }
    });
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < prints.length; i++) groups.set(rootOf(i), [...(groups.get(rootOf(i)) ?? []), i]);
  return [...groups.values()].filter(group => group.length > 1);
}

function bucketsOf(prints: readonly Fingerprint[]): Iterable<number[]> {
  const buckets = new Map<number, number[]>();
  prints.forEach(({ hash }, index) => {
    for (let byte = 0; byte < 8; byte++) {
      const value = (hash[byte >> 2]! >>> (8 * (byte & 3))) & 0xff;
      const key = byte * 256 + value;
      const bucket = buckets.get(key);
      if (bucket) bucket.push(index);
      else buckets.set(key, [index]);
    }
  });
  return buckets.values();
}

import { dirname, relative } from 'node:path';
import type { Direction } from '../../core/image-pair.ts';
import type { PairSet } from '../../data/pairing.ts';

/** `Learning B → A: from the right half (B) to the left half (A)` */
export function describeDirection(pairs: PairSet, direction: Direction): string {
  const [a, b] = sideNames(pairs);
  return direction === 'AtoB'
    ? `Learning A → B: from ${a} (A) to ${b} (B)`
    : `Learning B → A: from ${b} (B) to ${a} (A)`;
}

function sideNames({ folder, layout, pairs }: PairSet): [a: string, b: string] {
  const first = pairs[0];
  if (!first || 'file' in first) return ['the left half', 'the right half'];
  if (layout === 'manifest') return ['column condition', 'column target'];
  if (layout === 'suffixes') return ['the files "*_A"', 'the files "*_B"'];
  return [`"${relative(folder, dirname(first.a))}"`, `"${relative(folder, dirname(first.b))}"`];
}

import type { ImageFile } from '../files/folder.ts';

/** The files of two sides, matched; `unpairedA` and `unpairedB` have no partner. */
export interface MatchedSides {
  readonly by: 'name' | 'order';
  readonly pairs: readonly { readonly name: string; readonly a: string; readonly b: string }[];
  readonly unpairedA: readonly ImageFile[];
  readonly unpairedB: readonly ImageFile[];
}

/**
 * Matches files by name; "12_A" and "12_B", as in Kaggle's copy of the facades, both count as "12". If no name occurs
 * on both sides, or one occurs twice on a side, files are matched by order instead: the first of A with the first of B,
 * and so on. Files left over have no partner.
 */
export function matchSides(sideA: readonly ImageFile[], sideB: readonly ImageFile[]): MatchedSides {
  const partners = byName(sideB);
  const namesA = byName(sideA);
  const distinct = namesA.size === sideA.length && partners.size === sideB.length;
  const shared = sideA.filter(({ name }) => partners.has(commonName(name)));
  if (!distinct || shared.length === 0) return matchByOrder(sideA, sideB);
  return {
    by: 'name',
    pairs: shared.map(({ name, path }) => ({ name, a: path, b: partners.get(commonName(name))!.path })),
    unpairedA: sideA.filter(({ name }) => !partners.has(commonName(name))),
    unpairedB: sideB.filter(({ name }) => !namesA.has(commonName(name))),
  };
}

function matchByOrder(sideA: readonly ImageFile[], sideB: readonly ImageFile[]): MatchedSides {
  const count = Math.min(sideA.length, sideB.length);
  const pairs = sideA.slice(0, count).map(({ name, path }, i) => ({ name, a: path, b: sideB[i]!.path }));
  return { by: 'order', pairs, unpairedA: sideA.slice(count), unpairedB: sideB.slice(count) };
}

function byName(side: readonly ImageFile[]): Map<string, ImageFile> {
  return new Map(side.map(image => [commonName(image.name), image]));
}

function commonName(name: string): string {
  return name.replace(/[_-][ab]$/i, '');
}

import { UserError } from '../core/errors.ts';
import type { ImageFile } from '../files/folder.ts';

/** The files of two sides, matched; `unpairedA` and `unpairedB` have no partner. */
export interface MatchedSides {
  readonly by: 'name' | 'order';
  readonly pairs: readonly { readonly name: string; readonly a: string; readonly b: string }[];
  readonly unpairedA: readonly ImageFile[];
  readonly unpairedB: readonly ImageFile[];
}

/**
 * Matches files by name; "12_A" and "12_B", as in Kaggle's copy of the facades, both count as "12". If no name occurs on
 * both sides, files are matched by order instead: the first of A with the first of B, and so on. Files left over have no
 * partner. Throws {@link UserError} if names match and one of them occurs twice on a side.
 */
export function matchSides(sideA: readonly ImageFile[], sideB: readonly ImageFile[]): MatchedSides {
  const exact = partnersBy(({ name }) => name, sideA, sideB);
  const taken = new Set(exact.values());
  const partners = new Map([
    ...exact,
    ...partnersBy(
      commonName,
      sideA.filter(image => !exact.has(image)),
      sideB.filter(image => !taken.has(image)),
    ),
  ]);
  if (partners.size === 0) return matchByOrder(sideA, sideB);
  assertDistinct(sideA, 'A');
  assertDistinct(sideB, 'B');
  const matched = new Set(partners.values());
  return {
    by: 'name',
    pairs: sideA.flatMap(image => {
      const partner = partners.get(image);
      return partner ? [{ name: image.name, a: image.path, b: partner.path }] : [];
    }),
    unpairedA: sideA.filter(image => !partners.has(image)),
    unpairedB: sideB.filter(image => !matched.has(image)),
  };
}

/** Matches files whose key occurs once on each side. */
function partnersBy(
  keyOf: (image: ImageFile) => string,
  sideA: readonly ImageFile[],
  sideB: readonly ImageFile[],
): Map<ImageFile, ImageFile> {
  const [keysA, keysB] = [uniqueBy(keyOf, sideA), uniqueBy(keyOf, sideB)];
  return new Map(
    [...keysA].flatMap(([key, image]) => {
      const partner = keysB.get(key);
      return partner ? [[image, partner] as const] : [];
    }),
  );
}

function uniqueBy(keyOf: (image: ImageFile) => string, side: readonly ImageFile[]): Map<string, ImageFile> {
  const counts = new Map<string, number>();
  for (const image of side) counts.set(keyOf(image), (counts.get(keyOf(image)) ?? 0) + 1);
  return new Map(side.flatMap(image => (counts.get(keyOf(image)) === 1 ? [[keyOf(image), image]] : [])));
}

function assertDistinct(side: readonly ImageFile[], label: 'A' | 'B'): void {
  const known = new Map<string, ImageFile>();
  for (const image of side) {
    const other = known.get(image.name);
    if (other) {
      throw new UserError(
        `Cannot pair the images by name: "${other.path}" and "${image.path}" on side ${label} have the same name; ` +
          'rename or remove one',
      );
    }
    known.set(image.name, image);
  }
}

function matchByOrder(sideA: readonly ImageFile[], sideB: readonly ImageFile[]): MatchedSides {
  const count = Math.min(sideA.length, sideB.length);
  const pairs = sideA.slice(0, count).map(({ name, path }, i) => ({ name, a: path, b: sideB[i]!.path }));
  return { by: 'order', pairs, unpairedA: sideA.slice(count), unpairedB: sideB.slice(count) };
}

function commonName({ name }: ImageFile): string {
  return name.replace(/[_-][ab]$/i, '');
}

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isS3 } from '../buckets/address.ts';
import { openBucket } from '../buckets/bucket.ts';
import { UserError } from '../core/errors.ts';
import { isFolder, missingFolder, namesIn } from '../files/folder.ts';
import { findLayout, type Layout, sideFolders, splitNames } from './layout.ts';
import { findManifest } from './manifest.ts';
import { type MatchedSides, matchSides } from './match-sides.ts';
import type { PairFiles, Split } from './pair-files.ts';

/** The pairs of a data set, in code-unit order of their file names (1, 10, 2), the order of Python's sort. */
export interface PairSet {
  readonly folder: string;
  readonly layout: Layout['kind'];
  /** What was recognised, for users: "400 side-by-side pairs in "facades/train"". */
  readonly description: string;
  readonly pairs: readonly PairFiles[];
  /** How the files of two sides were matched. */
  readonly by?: MatchedSides['by'];
}

/**
 * The pairs of one split of a data set. They are listed in a CSV or JSON file, or recognised by layout: one folder per
 * side, paired by name or else by order; pictures with both sides next to each other; or names that end in _A and _B.
 * Pictures directly in `folder` count as its train split. In a bucket (`s3://…`) pairs are in tar shards. Throws {@link UserError} if the folder or the split is
 * missing, or a picture has no partner.
 */
export async function openPairs(folder: string, options: { readonly split: Split }): Promise<PairSet> {
  return (await findPairs(folder, options)) ?? (await noPairs(folder, options.split));
}

/** Like {@link openPairs}, but undefined if the folder has no such split. */
export async function findPairs(
  folder: string,
  { split }: { readonly split: Split },
): Promise<PairSet | undefined> {
  await assertDataSet(folder);
  const layout = await findLayout(folder, split);
  return layout && pairsOf(folder, layout);
}

/** One part of a data set, and its pairs. */
export interface SplitPairs {
  readonly split: Split;
  readonly pairs: readonly PairFiles[];
}

/**
 * The splits of a data set, each once: val, which is found as test where there is none, stays val. Throws like {@link
 * openPairs} if there are no training pairs.
 */
export async function openSplits(folder: string): Promise<SplitPairs[]> {
  const { pairs } = await openPairs(folder, { split: 'train' });
  const splits: SplitPairs[] = [{ split: 'train', pairs }];
  for (const split of ['val', 'test'] as const) {
    const found = await findPairs(folder, { split });
    const isRepeated = splits.some(other => isDeepStrictEqual(other.pairs, found?.pairs));
    if (found && !isRepeated) splits.push({ split, pairs: found.pairs });
  }
  return splits;
}

/** Throws {@link UserError} unless there is such a folder, list of pairs, or bucket. */
export async function assertDataSet(folder: string): Promise<void> {
  if (isS3(folder)) await (await openBucket(folder)).check(false);
  else if (!(await isFolder(folder)) && !(await findManifest(folder))) throw await missingFolder(folder);
}

function pairsOf(folder: string, layout: Layout): PairSet {
  if (layout.kind === 'manifest') {
    const { kind, pairs } = layout;
    return { folder, layout: kind, description: describePairs(folder, layout, pairs.length), pairs };
  }
  if (layout.kind === 'side-by-side') {
    const pairs = layout.images.map(({ name, path }) => ({ name, file: path }));
    return { folder, layout: layout.kind, description: describePairs(folder, layout, pairs.length), pairs };
  }
  const matched = matchSides(layout.sideA, layout.sideB);
  assertAllPaired(folder, layout, matched);
  const description = describePairs(folder, layout, matched.pairs.length, matched.by);
  return { folder, layout: layout.kind, description, pairs: matched.pairs, by: matched.by };
}

/** `400 side-by-side pairs in "facades/train", left half A, right half B` */
export function describePairs(
  folder: string,
  layout: Layout,
  count: number,
  by?: MatchedSides['by'],
): string {
  const pairs = count === 1 ? 'pair' : 'pairs';
  if (layout.kind === 'side-by-side') {
    return `${count} side-by-side ${pairs} in "${layout.place}", left half A, right half B`;
  }
  if (layout.kind === 'manifest') {
    return `${count} ${layout.listedAs} ${pairs} listed in "${layout.place}", A from column condition and B from column target`;
  }
  return `${count} ${pairs} in "${folder}", A from "${layout.a}" and B from "${layout.b}", paired by ${by}`;
}

function assertAllPaired(
  folder: string,
  { a, b, sideA, sideB }: Extract<Layout, { kind: 'two-folders' | 'suffixes' }>,
  { by, unpairedA, unpairedB }: MatchedSides,
): void {
  if (sideA.length === 0 && sideB.length === 0) {
    throw new UserError(
      `Cannot pair "${a}" with "${b}" in "${folder}": neither holds images; put the images of each side into its folder`,
    );
  }
  if (unpairedA.length + unpairedB.length === 0) return;
  const names = by === 'name' ? [...unpairedA, ...unpairedB].map(({ name }) => name) : [];
  throw new UserError(
    `Cannot pair "${a}" (${countOf(sideA.length)}) with "${b}" (${countOf(sideB.length)}) in "${folder}": ` +
      `each image needs a partner${describeUnpaired(names)}; add the missing images, ` +
      `or make a copy without the unpaired ones with "pix2pix inspect ${folder} --fix NEW"`,
  );
}

/** "; without one: "7", "9"", up to three of them. */
function describeUnpaired(names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 3).map(name => `"${name}"`);
  return `; without one: ${shown.join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

function countOf(images: number): string {
  return images === 1 ? '1 image' : `${images} images`;
}

async function noPairs(folder: string, split: Split): Promise<never> {
  if (isS3(folder)) {
    const places = splitNames[split].map(name => `"${name}/"`).join(' or ');
    throw new UserError(
      `Cannot find ${split} pairs in "${folder}": there are no tar shards in ${places}; write them with "pix2pix prepare pack" and upload them`,
    );
  }
  const manifest = await findManifest(folder);
  if (manifest) {
    throw new UserError(
      `Cannot find ${split} pairs in "${manifest}": it lists none of them; add pairs whose split is "${split}"`,
    );
  }
  const half = await lonelySide(folder, split);
  if (half) throw new UserError(`Cannot find ${split} pairs in "${folder}": ${half}`);
  if (split !== 'train' && (await findLayout(folder, 'train'))) {
    throw new UserError(
      `Cannot find ${split} pairs in "${folder}": it has only training pairs; divide them with "pix2pix prepare split ${folder} --out NEW"`,
    );
  }
  const single = splitNames[split].map(name => `"${name}"`).join(' or ');
  const straight = split === 'train' ? ' or the folder itself' : '';
  const double = sideFolders(split).map(([a, b]) => `"${a}" + "${b}"`);
  const listed = `pairs.csv, images named *_A and *_B, or tar shards`;
  const names = (await namesIn(folder)).slice(0, 4).map(name => `"${name}"`);
  throw new UserError(
    `Cannot find ${split} pairs in "${folder}": looked for side-by-side images in ${single}${straight} ` +
      `and for ${double.join(', ')}, ${listed}; it holds ${names.length > 0 ? names.join(', ') : 'nothing'}; ` +
      'arrange the images in one of these layouts, as in docs/data-sets.md',
  );
}

/** Which folder of a side has no counterpart: `"trainA" has no "trainB" beside it`. */
async function lonelySide(folder: string, split: Split): Promise<string | undefined> {
  for (const [a, b] of sideFolders(split)) {
    const [hasA, hasB] = [await isFolder(join(folder, a)), await isFolder(join(folder, b))];
    if (hasA !== hasB) return `"${hasA ? a : b}" has no "${hasA ? b : a}" beside it`;
  }
  return undefined;
}

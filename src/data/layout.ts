import { basename, join } from 'node:path';
import { placeIn } from '../buckets/address.ts';
import { hasImageExtension, type ImageFile, imagesIn, isFolder } from '../files/folder.ts';
import { shardMembers } from '../files/shards.ts';
import { findManifest, readManifest } from './manifest.ts';
import type { PairFiles, Split } from './pair-files.ts';

/** The pictures of one split, before they are paired. */
export type Layout =
  | { readonly kind: 'side-by-side'; readonly place: string; readonly images: readonly ImageFile[] }
  | {
      readonly kind: 'manifest';
      /** The file that lists the pairs, and the split under which it lists them. */
      readonly place: string;
      readonly listedAs: Split;
      readonly pairs: readonly PairFiles[];
    }
  | {
      readonly kind: 'two-folders' | 'suffixes';
      /** The names of the sides: folders, or patterns of file names. */
      readonly a: string;
      readonly b: string;
      readonly sideA: readonly ImageFile[];
      readonly sideB: readonly ImageFile[];
    };

// Published sets without a test split have one named val, which is used instead.
export const splitNames: Record<Split, readonly string[]> = {
  train: ['train'],
  val: ['val', 'validation'],
  test: ['test', 'val'],
};

/** Folders of A and B, in the order of search. In the article's Kaggle copy A is the picture, B the label. */
export function sideFolders(split: Split): (readonly [a: string, b: string])[] {
  const folders = splitNames[split].flatMap(name => [
    [`${name}A`, `${name}B`] as const,
    [`${name}_picture`, `${name}_label`] as const,
    [join('A', name), join('B', name)] as const,
    [join(name, 'A'), join(name, 'B')] as const,
  ]);
  return split === 'train' ? [...folders, ['A', 'B']] : folders;
}

/**
 * Searches for a split's pictures: a list of pairs, then a folder for each side, then a folder of pictures or of tar
 * shards; for training also `folder` itself. Below an `s3://` address only tar shards are found.
 */
export async function findLayout(folder: string, split: Split): Promise<Layout | undefined> {
  const manifest = await findManifest(folder);
  if (manifest) return listedPairs(manifest, split);
  for (const [a, b] of sideFolders(split)) {
    if ((await isFolder(join(folder, a))) && (await isFolder(join(folder, b)))) {
      const [sideA, sideB] = [await imagesIn(join(folder, a)), await imagesIn(join(folder, b))];
      const isEmpty = sideA.length + sideB.length === 0;
      // A/test and B/test alone are not training pairs.
      if (a === 'A' && isEmpty && (await findLayout(folder, 'test'))) return undefined;
      return { kind: 'two-folders', a, b, sideA, sideB };
    }
  }
  for (const name of splitNames[split]) {
    const found = await layoutOfPictures(placeIn(folder, name));
    if (found) return found;
  }
  return split === 'train' ? layoutOfPictures(folder) : undefined;
}

/** As with folders, val is used if there is no test split. */
async function listedPairs(manifest: string, split: Split): Promise<Layout | undefined> {
  const listed = await readManifest(manifest);
  for (const listedAs of split === 'test' ? (['test', 'val'] as const) : [split]) {
    const pairs = listed[listedAs];
    if (pairs.length > 0) return { kind: 'manifest', place: manifest, listedAs, pairs };
  }
  return undefined;
}

async function layoutOfPictures(place: string): Promise<Layout | undefined> {
  const images = await imagesIn(place);
  if (images.length > 0) return layoutOf(place, images);
  const members = imagesOfShards(await shardMembers(place));
  return members.length > 0 ? layoutOf(placeIn(place, '*.tar'), members) : undefined;
}

/** Images in tar shards; the sides of a pair, `17.a.png` and `17.b.png`, are named as they would be in a folder. */
function imagesOfShards(members: readonly string[]): ImageFile[] {
  return members.filter(hasImageExtension).map(path => {
    const [key = '', ...extensions] = basename(path).split('.');
    const side = extensions.length > 1 ? `_${extensions[0]}` : '';
    return { name: key + side, path };
  });
}

function layoutOf(place: string, images: readonly ImageFile[]): Layout {
  const sideA = images.filter(({ name }) => /[_-]a$/i.test(name));
  const sideB = images.filter(({ name }) => /[_-]b$/i.test(name));
  const allMarked = sideA.length + sideB.length === images.length;
  if (!allMarked || sideA.length === 0 || sideB.length === 0) return { kind: 'side-by-side', place, images };
  return { kind: 'suffixes', a: `${place}/*_A`, b: `${place}/*_B`, sideA, sideB };
}

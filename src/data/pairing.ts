import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { imagesIn, isFolder, namesIn } from './folder.ts';
import { missingFolder } from './missing-folder.ts';
import { pairByOrder } from './pair-by-order.ts';

export type Split = 'train' | 'test';

/** One pair on disk: both sides in one file (left half A, right half B) or a file each. `name` has no extension. */
export type PairFiles = { readonly name: string } & (
  | { readonly file: string }
  | { readonly a: string; readonly b: string }
);

/** The pairs of a data set as plain data, in code-unit order of their file names (1, 10, 2), as Python sorts. */
export interface PairSet {
  readonly folder: string;
  readonly layout: 'side-by-side' | 'two-folders';
  /** What was recognised, for people: "400 side-by-side pairs in "facades/train"". */
  readonly description: string;
  readonly pairs: readonly PairFiles[];
}

// The published sets without a test split have one named val.
const splitNames: Record<Split, readonly string[]> = { train: ['train'], test: ['test', 'val'] };

/** Folders of A and B, in the order they are looked for. In the article's Kaggle copy A is the picture, B the label. */
function sideFolders(split: Split): (readonly [a: string, b: string])[] {
  const folders = splitNames[split].flatMap(name => [
    [`${name}A`, `${name}B`] as const,
    [`${name}_picture`, `${name}_label`] as const,
    [join('A', name), join('B', name)] as const,
    [join(name, 'A'), join(name, 'B')] as const,
  ]);
  return split === 'train' ? [...folders, ['A', 'B']] : folders;
}

/**
 * The pairs of one split of a data set, recognised by its folders: one folder for each side, paired by order, or
 * pictures with both sides next to each other. Pictures straight in `folder` count as its train split.
 * Throws {@link UserError} where the folder or the split is missing or two sides differ in number.
 */
export async function openPairs(folder: string, options: { readonly split: Split }): Promise<PairSet> {
  return (await findPairs(folder, options)) ?? (await noPairs(folder, options.split));
}

/** Like {@link openPairs}, but undefined where the folder has no such split. */
export async function findPairs(
  folder: string,
  { split }: { readonly split: Split },
): Promise<PairSet | undefined> {
  if (!(await isFolder(folder))) throw await missingFolder(folder);
  for (const [a, b] of sideFolders(split)) {
    if ((await isFolder(join(folder, a))) && (await isFolder(join(folder, b)))) {
      const pairs = await pairByOrder(folder, a, b);
      const description = `${pairs.length} pairs in "${folder}", A from "${a}" and B from "${b}", paired by order`;
      return { folder, layout: 'two-folders', description, pairs };
    }
  }
  for (const name of splitNames[split]) {
    const found = await sideBySide(folder, join(folder, name));
    if (found) return found;
  }
  return split === 'train' ? sideBySide(folder, folder) : undefined;
}

async function sideBySide(folder: string, pictures: string): Promise<PairSet | undefined> {
  const images = await imagesIn(pictures);
  if (images.length === 0) return undefined;
  const pairs = images.map(({ name, path }) => ({ name, file: path }));
  const description = `${pairs.length} side-by-side pairs in "${pictures}", left half A, right half B`;
  return { folder, layout: 'side-by-side', description, pairs };
}

async function noPairs(folder: string, split: Split): Promise<never> {
  const single = splitNames[split].map(name => `"${name}"`).join(' or ');
  const straight = split === 'train' ? ' or the folder itself' : '';
  const double = sideFolders(split).map(([a, b]) => `"${a}" + "${b}"`);
  const names = (await namesIn(folder)).slice(0, 4).map(name => `"${name}"`);
  throw new UserError(
    `Cannot find ${split} pairs in "${folder}": looked for side-by-side images in ${single}${straight} ` +
      `and for ${double.join(', ')}; it holds ${names.length > 0 ? names.join(', ') : 'nothing'}`,
  );
}

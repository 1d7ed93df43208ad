import type { Split } from '../pair-files.ts';

/** The kinds of problems in a data set. */
export type ProblemKind =
  | 'unpaired'
  | 'by order'
  | 'unreadable'
  | 'misshapen'
  | 'size mismatch'
  | 'blank'
  | 'swapped'
  | 'misregistered'
  | 'shifted'
  | 'duplicates'
  | 'leak';

/** A problem and the files concerned. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly split: Split;
  /** One file, or several that belong together. */
  readonly files: readonly string[];
  /** What is wrong, for users. */
  readonly detail: string;
}

/** How to describe all problems of a kind, and how to fix them. */
export interface ProblemAdvice {
  /** After a number: "3 files …". */
  readonly noun: readonly [one: string, many: string];
  readonly fix: string;
  /** What `--fix` does about it; null: nothing, since a person has to decide. */
  readonly fixed: string | null;
}

export const problemAdvice: Record<ProblemKind, ProblemAdvice> = {
  unpaired: {
    noun: ['file has no partner', 'files have no partner'],
    fix: 'name both files of a pair alike, or remove those without a partner',
    fixed: 'leaves them out',
  },
  'by order': {
    noun: [
      'split is paired by order, since no names are equal',
      'splits are paired by order, since no names are equal',
    ],
    fix: 'look at its pairs with --sheet; if some are wrong, name both files of each pair alike',
    fixed: null,
  },
  unreadable: {
    noun: ['file can’t be read', 'files can’t be read'],
    fix: 'copy them again or remove them',
    fixed: 'leaves the pairs out',
  },
  misshapen: {
    noun: ['image has an unusable shape', 'images have an unusable shape'],
    fix: 'make side-by-side pairs twice as wide as high, or use folders "trainA" and "trainB"',
    fixed: 'leaves them out',
  },
  'size mismatch': {
    noun: ['pair has sides of different sizes', 'pairs have sides of different sizes'],
    fix: 'scale or crop one of the sides',
    fixed: 'scales the larger side if both have the same shape, and leaves other pairs out',
  },
  blank: {
    noun: ['pair has a side of one plain colour', 'pairs have a side of one plain colour'],
    fix: 'remove such pairs, unless they are intended',
    fixed: 'leaves them out',
  },
  swapped: {
    noun: ['pair has its sides swapped', 'pairs have their sides swapped'],
    fix: 'swap A and B, as in the other pairs',
    fixed: 'swaps them',
  },
  misregistered: {
    noun: ['pair is misaligned', 'pairs are misaligned'],
    fix: 'look at these pairs; move one side or remove the pair',
    fixed: null,
  },
  shifted: {
    noun: [
      'split has its sides offset by the same amount in most pairs',
      'splits have their sides offset by the same amount in most pairs',
    ],
    fix: 'shift one side of all its pairs by the amount shown',
    fixed: null,
  },
  duplicates: {
    noun: ['group of near-duplicate pairs', 'groups of near-duplicate pairs'],
    fix: 'keep one pair of each group',
    fixed: 'keeps the first of each',
  },
  leak: {
    noun: [
      'group of near-duplicate pairs is in several of train, val and test',
      'groups of near-duplicate pairs are in several of train, val and test',
    ],
    fix: 'keep each image in one split only, otherwise test scores are too good',
    fixed: 'keeps those in test, or else in val',
  },
};

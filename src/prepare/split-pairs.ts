import { Random } from '../core/random.ts';
import { distinctNames } from '../data/assign-splits.ts';
import { copyPair, pairTargets } from '../data/copy-pair.ts';
import type { PairFindings } from '../data/inspection/examine-pair.ts';
import { isSound, lookAlikes, sideForComparison, sideKinds } from '../data/inspection/find-problems.ts';
import { surveyDataSet } from '../data/inspection/survey.ts';
import type { Split } from '../data/pair-files.ts';
import { assertEmptyFolder } from '../files/folder.ts';

export interface SplitOptions {
  /** Shares of the training pairs for the test and validation splits, if there are none yet. */
  readonly testShare: number;
  readonly valShare: number;
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SplitResult {
  /** The number of pairs by split. */
  readonly counts: Readonly<Record<Split, number>>;
  /** The number of groups of similar pairs that were kept together. */
  readonly groups: number;
  /** The splits that the data set had already. */
  readonly existing: ReadonlySet<Split>;
  /** Files that can't be read; they were copied as well. */
  readonly unreadable: readonly string[];
}

/**
 * Copies a data set into a new folder with its training pairs divided into train, val and test. Pairs that look alike
 * stay in one split, so that no model is tested on pictures that it was trained on. Existing splits are copied
 * unchanged.
 */
export async function writeSplits(folder: string, out: string, options: SplitOptions): Promise<SplitResult> {
  await assertEmptyFolder(out, 'the splits');
  const findings = await surveyDataSet(folder, options);
  const counts = { train: 0, val: 0, test: 0 };
  let groupCount = 0;
  const existing = new Set(findings.map(({ split }) => split));
  for (const { split, layout, pairs } of findings) {
    const names = distinctNames(pairs.map(({ files }) => files.name));
    const groups = split === 'train' ? findGroups(pairs) : [];
    const drawn = split === 'train' ? drawSplits(pairs.length, groups, existing, options) : undefined;
    groupCount += groups.length;
    for (const [i, { files }] of pairs.entries()) {
      const goesTo = drawn?.[i] ?? split;
      counts[goesTo]++;
      await copyPair(files, pairTargets(out, layout.kind, goesTo, `${names[i]}`));
    }
  }
  const unreadable = findings.flatMap(({ pairs }) =>
    pairs.flatMap(pair => (pair.state === 'unreadable' ? pair.failures.map(({ file }) => file) : [])),
  );
  return { counts, groups: groupCount, existing, unreadable };
}

/** Groups of training pairs that look alike, as indices. */
function findGroups(pairs: readonly PairFindings[]): number[][] {
  const places = pairs.flatMap((pair, index) => (isSound(pair) ? [index] : []));
  const sound = pairs.filter(isSound);
  const groups = lookAlikes(sound, sideForComparison(sideKinds(sound)));
  return groups.map(group => group.map(i => places[i]!));
}

/** The split of each pair: groups in random order fill test, then val, up to their shares. */
function drawSplits(
  count: number,
  groups: readonly (readonly number[])[],
  existing: ReadonlySet<Split>,
  { testShare, valShare, seed }: SplitOptions,
): Split[] {
  const grouped = new Set(groups.flat());
  const lone = Array.from({ length: count }, (_, i) => i).filter(i => !grouped.has(i));
  const units = Random.fromSeed(seed)
    .split('splits')
    .shuffled<readonly number[]>([...groups, ...lone.map(i => [i])]);
  const splits = new Array<Split>(count).fill('train');
  const wanted = {
    test: existing.has('test') ? 0 : Math.round(count * testShare),
    val: existing.has('val') ? 0 : Math.round(count * valShare),
  };
  for (const unit of units) {
    const split = (['test', 'val'] as const).find(each => unit.length <= wanted[each]);
    if (!split) continue;
    for (const i of unit) splits[i] = split;
    wanted[split] -= unit.length;
  }
  return splits;
}

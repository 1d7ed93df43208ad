import { UserError } from '../../core/errors.ts';
import { mapAhead } from '../../core/map-ahead.ts';
import { spread } from '../../core/spread.ts';
import { findLayout, type Layout } from '../layout.ts';
import { matchSides } from '../match-sides.ts';
import type { PairFiles, Split } from '../pair-files.ts';
import { assertDataSet, openPairs } from '../pairing.ts';
import { examinePair, type PairFindings } from './examine-pair.ts';
import type { SplitFindings } from './find-problems.ts';

/** Decodes and examines every pair of a data set, or up to `limit` of each split. */
export async function surveyDataSet(
  folder: string,
  options: {
    readonly limit?: number;
    readonly onProgress?: (done: number, total: number) => void;
  } = {},
): Promise<SplitFindings[]> {
  const splits = await listSplits(folder);
  if (splits.length === 0) await openPairs(folder, { split: 'train' }); // throws with what is missing
  const plans = splits.map(each => ({
    ...each,
    chosen: spread(each.files, options.limit ?? each.files.length),
  }));
  const total = plans.reduce((sum, { chosen }) => sum + chosen.length, 0);
  let done = 0;
  const findings: SplitFindings[] = [];
  for (const { split, layout, matched, chosen } of plans) {
    const pairs: PairFindings[] = [];
    for await (const pair of mapAhead(chosen, 3, examinePair)) {
      pairs.push(pair);
      options.onProgress?.(++done, total);
    }
    findings.push({ split, layout, matched, pairs });
  }
  return findings;
}

/**
 * The splits of a folder, with their pairs; files without a partner are left out. Throws if there is no such folder.
 */
async function listSplits(folder: string) {
  await assertDataSet(folder);
  const found: { split: Split; layout: Layout }[] = [];
  for (const split of ['train', 'val', 'test'] as const) {
    const layout = await findLayout(folder, split);
    // If there is no test split, val is used as one.
    if (layout && !found.some(other => placeOf(other.layout) === placeOf(layout)))
      found.push({ split, layout });
  }
  const hasTest = found.some(({ split }) => split === 'test');
  return found.map(({ split, layout }) => {
    const named: Split = split === 'val' && !hasTest ? 'test' : split;
    return { split: named, layout, ...pairFiles(layout) };
  });
}

function placeOf(layout: Layout): string {
  if (layout.kind === 'manifest') return `${layout.place} ${layout.listedAs}`;
  return layout.kind === 'side-by-side' ? layout.place : layout.a;
}

function pairFiles(layout: Layout) {
  if (layout.kind === 'manifest') return { files: [...layout.pairs], matched: undefined };
  if (layout.kind === 'side-by-side') {
    const files: PairFiles[] = layout.images.map(({ name, path }) => ({ name, file: path }));
    return { files, matched: undefined };
  }
  const matched = matchSides(layout.sideA, layout.sideB);
  if (layout.sideA.length + layout.sideB.length > 0) return { files: [...matched.pairs], matched };
  throw new UserError(
    `Cannot pair "${layout.a}" with "${layout.b}": neither holds images; put the images of each side into its folder`,
  );
}

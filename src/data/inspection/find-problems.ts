import { describeSize } from '../../core/sizes.ts';
import type { Layout } from '../layout.ts';
import type { MatchedSides } from '../match-sides.ts';
import { filesOf, type Split } from '../pair-files.ts';
import type { PairFindings } from './examine-pair.ts';
import { alikeGroups } from './fingerprint.ts';
import type { Palette, PictureKind } from './palette.ts';
import type { Problem } from './problem.ts';
import type { Registration } from './registration.ts';
import { commonShift, describeShift } from './shift.ts';

/** The findings for one split. */
export interface SplitFindings {
  readonly split: Split;
  readonly layout: Layout;
  /** How two sides were matched; undefined for side-by-side pairs. */
  readonly matched: MatchedSides | undefined;
  readonly pairs: readonly PairFindings[];
}

type SoundPair = Extract<PairFindings, { state: 'sound' }>;

/** All problems of a data set: split by split, then duplicates across splits. */
export function findProblems(splits: readonly SplitFindings[]): Problem[] {
  const kinds = sideKinds(splits.flatMap(({ pairs }) => pairs.filter(isSound)));
  return [...splits.flatMap(split => problemsOfSplit(split, kinds)), ...duplicates(splits, kinds)];
}

function problemsOfSplit({ split, matched, pairs }: SplitFindings, kinds: SideKinds): Problem[] {
  const problem = (kind: Problem['kind'], files: readonly string[], detail: string): Problem => ({
    kind,
    split,
    files,
    detail,
  });
  const shift = commonShift(pairs.filter(isSound).flatMap(({ registration }) => registration ?? []));
  const unpaired = [...(matched?.unpairedA ?? []), ...(matched?.unpairedB ?? [])];
  const ofPairs = pairs.flatMap((pair): Problem[] => {
    const files = filesOf(pair.files);
    if (pair.state === 'unreadable') {
      return pair.failures.map(({ file, reason }) => problem('unreadable', [file], reason));
    }
    if (pair.state === 'misshapen') return [problem('misshapen', files, pair.reason)];
    const found: Problem[] = [];
    const { a, b, registration } = pair;
    if (!registration)
      found.push(problem('size mismatch', files, `A is ${describeSize(a)}, B is ${describeSize(b)}`));
    if (a.blank || b.blank) found.push(problem('blank', files, `${a.blank ? 'A' : 'B'} is blank`));
    else if (isSwapped(pair, kinds)) {
      found.push(problem('swapped', files, `A is a ${a.palette.kind}, B is a ${b.palette.kind}`));
    } else if (registration && !shift && isOff(registration)) {
      found.push(problem('misregistered', files, describeShift(registration.best)));
    }
    return found;
  });
  return [
    ...unpaired.map(({ path }) => problem('unpaired', [path], 'no file of that name on the other side')),
    ...(matched?.by === 'order' ? [problem('by order', [], `in "${split}"`)] : []),
    ...ofPairs,
    ...(shift ? [problem('shifted', [], shift)] : []),
  ];
}

/** The most frequent kind of picture on each side. */
export interface SideKinds {
  readonly a: PictureKind;
  readonly b: PictureKind;
}

export function sideKinds(pairs: readonly SoundPair[]): SideKinds {
  return {
    a: mostFrequentKind(pairs.map(({ a }) => a.palette)).kind,
    b: mostFrequentKind(pairs.map(({ b }) => b.palette)).kind,
  };
}

export function isSound(pair: PairFindings): pair is SoundPair {
  return pair.state === 'sound';
}

/** Without pictures, none of kind 'photo'. */
export function mostFrequentKind(palettes: readonly Palette[]): { kind: PictureKind; count: number } {
  const counts = new Map<PictureKind, number>();
  for (const { kind } of palettes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [kind, count] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? ['photo', 0];
  return { kind, count };
}

/** Whether the sides differ in kind, and this pair clearly has them the other way round. */
function isSwapped({ a, b }: SoundPair, kinds: SideKinds): boolean {
  const isReversed = kinds.a !== kinds.b && a.palette.kind === kinds.b && b.palette.kind === kinds.a;
  return isReversed && Math.abs(a.palette.exact - b.palette.exact) >= 0.12;
}

/** Thresholds: none of the published facades, whose labels are drawn loosely, exceeds them. */
function isOff({ correlation, best }: Registration): boolean {
  const moved = Math.max(Math.abs(best.right), Math.abs(best.down));
  return moved >= 3 && best.correlation >= 0.35 && best.correlation - correlation >= 0.15;
}

/** Pairs that look like each other. */
function duplicates(splits: readonly SplitFindings[], kinds: SideKinds): Problem[] {
  const all = splits.flatMap(({ split, pairs }) => pairs.filter(isSound).map(pair => ({ split, pair })));
  const side = sideForComparison(kinds);
  return lookAlikes(
    all.map(({ pair }) => pair),
    side,
  ).map(group => {
    const members = group.map(i => all[i]!);
    const files = members.flatMap(({ pair }) => filesOf(pair.files).slice(0, 1));
    const isLeak = new Set(members.map(({ split }) => split)).size > 1;
    const detail = `${side.toUpperCase()} looks the same`;
    return { kind: isLeak ? 'leak' : 'duplicates', split: members[0]!.split, files, detail };
  });
}

/** The side by which pairs are compared with each other: the photos. */
export function sideForComparison({ a, b }: SideKinds): 'a' | 'b' {
  return a !== 'photo' && b === 'photo' ? 'b' : 'a';
}

/** Groups of indices of pairs whose pictures on one side look alike; blank ones, which all look alike, are left out. */
export function lookAlikes(pairs: readonly SoundPair[], side: 'a' | 'b'): number[][] {
  const comparable = pairs.flatMap((pair, index) => (pair[side].blank ? [] : [{ pair, index }]));
  const groups = alikeGroups(comparable.map(({ pair }) => pair[side].fingerprint));
  return groups.map(group => group.map(i => comparable[i]!.index));
}

import { directionToPhotos, type SideSummary, summarizeSide } from '../../data/inspection/describe-sides.ts';
import { findProblems, type SplitFindings } from '../../data/inspection/find-problems.ts';
import { type Problem, type ProblemKind, problemAdvice } from '../../data/inspection/problem.ts';
import { surveyDataSet } from '../../data/inspection/survey.ts';
import { filesOf, type Split } from '../../data/pair-files.ts';
import { describePairs, type PairSet } from '../../data/pairing.ts';
import { describeHeader } from '../../images/decoding/image-header.ts';
import { formatCount, formatNumberOf, shellWord } from '../format.ts';
import { countProgress } from '../terminal.ts';

/** A summary of one split. */
interface SplitReport {
  readonly layout: PairSet['layout'];
  readonly description: string;
  readonly pairs: number;
  /** Number of files by width×height. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Number of files by format, colour space and depth. */
  readonly modes: Readonly<Record<string, number>>;
  /** Files that are not images or damaged. */
  readonly unreadable: readonly string[];
}

export interface DataSetReport {
  readonly kind: 'data set';
  readonly folder: string;
  readonly splits: Partial<Record<Split, SplitReport>>;
  readonly sides: { readonly a: SideSummary; readonly b: SideSummary };
  readonly problems: readonly Problem[];
}

/** Decodes every pair, or up to `limit` of each split. Throws {@link UserError} if there are no pairs. */
export async function inspectDataSet(
  folder: string,
  { limit }: { readonly limit?: number } = {},
): Promise<{ report: DataSetReport; findings: readonly SplitFindings[] }> {
  const progress = countProgress('Looking at pairs');
  try {
    const options = { ...(limit !== undefined && { limit }), onProgress: progress.update };
    const findings = await surveyDataSet(folder, options);
    const splits: Partial<Record<Split, SplitReport>> = {};
    for (const each of findings) splits[each.split] = await reportOf(folder, each);
    const sides = { a: summarizeSide(findings, 'a'), b: summarizeSide(findings, 'b') };
    const report = { kind: 'data set', folder, splits, sides, problems: findProblems(findings) } as const;
    return { report, findings };
  } finally {
    progress.close();
  }
}

export function dataSetLines({ folder, splits, sides, problems }: DataSetReport): string[] {
  const lines = Object.entries(splits).flatMap(([split, { description, sizes, modes }]) => {
    const indent = ' '.repeat(split.length);
    return [
      `  ${split}: ${description}`,
      `  ${indent}  sizes ${showCounts(sizes)}`,
      `  ${indent}  ${showCounts(modes)}`,
    ];
  });
  return [
    `Data set "${folder}"`,
    ...lines,
    `  A: ${describeSide(sides.a)}`,
    `  B: ${describeSide(sides.b)}`,
    ...adviseDirection(sides.a, sides.b, shellWord(folder)),
    ...problemLines(problems, shellWord(folder)),
  ];
}

async function reportOf(folder: string, { layout, matched, pairs }: SplitFindings): Promise<SplitReport> {
  const total = countPairs(layout, matched);
  const headers: Awaited<ReturnType<typeof describeHeader>>[] = [];
  for (const { files } of pairs) for (const file of filesOf(files)) headers.push(await describeHeader(file));
  const known = headers.filter(header => header !== undefined);
  return {
    layout: layout.kind,
    description: describePairs(folder, layout, total, matched?.by),
    pairs: total,
    sizes: countBy(known.map(({ width, height }) => `${width}×${height}`)),
    modes: countBy(known.map(({ mode }) => mode)),
    unreadable: pairs.flatMap(pair =>
      pair.state === 'unreadable' ? pair.failures.map(({ file }) => file) : [],
    ),
  };
}

function countPairs(layout: SplitFindings['layout'], matched: SplitFindings['matched']): number {
  if (layout.kind === 'side-by-side') return layout.images.length;
  return layout.kind === 'manifest' ? layout.pairs.length : (matched?.pairs.length ?? 0);
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function describeSide({ kind, count, total, gray, colors, indices }: SideSummary): string {
  const share = count === total ? '' : ` (${count} of ${total}; the others look different)`;
  const palette = indices
    ? listed(indices, 'class number')
    : colors.length > 0
      ? listed(colors, 'colour')
      : '';
  return `${gray ? 'gray ' : ''}${kind}s${share}${palette}`;
}

const itemsShown = 16;

function listed(items: readonly (string | number)[], noun: string): string {
  const shown = items.slice(0, itemsShown).join(' ');
  return `, ${formatNumberOf(items.length, noun)}: ${shown}${items.length > itemsShown ? ' …' : ''}`;
}

const countsShown = 5;

function showCounts(counts: Readonly<Record<string, number>>): string {
  const counted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (counted.length === 0) return 'unknown';
  const shown = counted
    .slice(0, countsShown)
    .map(([word, count]) => `${word} (${formatNumberOf(count, 'file')})`);
  const more = counted.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Names the direction that generates photos, if only one side is photos; `folder` is quoted for a shell. */
function adviseDirection(a: SideSummary, b: SideSummary, folder: string): string[] {
  const direction = directionToPhotos(a, b);
  if (direction === null) return [];
  const from = direction === 'AtoB' ? a : b;
  return [`  To make photos from ${from.kind}s: npx pix2pix train ${folder} --direction ${direction}`];
}

const filesShown = 5;

/** Lists the problems by kind, with file names and how to fix them; `folder` is quoted for a shell. */
function problemLines(problems: readonly Problem[], folder: string): string[] {
  if (problems.length === 0) return ['  No problems found'];
  const kinds = [...new Set(problems.map(({ kind }) => kind))];
  const lines = kinds.flatMap(kind =>
    linesOfKind(
      kind,
      problems.filter(each => each.kind === kind),
    ),
  );
  const fixable = kinds.some(kind => problemAdvice[kind].fixed !== null);
  const next = `  Write a corrected copy: npx pix2pix inspect ${folder} --fix NEW`;
  return ['  Problems:', ...lines, ...(fixable ? [next] : [])];
}

function linesOfKind(kind: ProblemKind, problems: readonly Problem[]): string[] {
  const { noun, fix, fixed } = problemAdvice[kind];
  const [one, many] = noun;
  const more = problems.length - filesShown;
  return [
    `  - ${formatCount(problems.length)} ${problems.length === 1 ? one : many}: ${fix}${fixed ? ` (--fix ${fixed})` : ''}`,
    ...problems.slice(0, filesShown).map(problem => `      ${describe(problem)}`),
    ...(more > 0 ? [`      and ${formatCount(more)} more; --json lists all`] : []),
  ];
}

function describe({ files, detail, split }: Problem): string {
  if (files.length === 0) return `${split}: ${detail}`;
  const shown = files.slice(0, 4).join(', ');
  return `${shown}${files.length > 4 ? ` and ${files.length - 4} more` : ''}: ${detail}`;
}

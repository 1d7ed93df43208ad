import { assertEmptyFolder } from '../../files/folder.ts';
import { decodePicture } from '../../images/decoding/decode.ts';
import { writeLossless } from '../../images/encoding/encode.ts';
import { resample } from '../../images/resize.ts';
import { joinSides } from '../../images/side-by-side.ts';
import { distinctNames } from '../assign-splits.ts';
import { copyPair, pairTargets } from '../copy-pair.ts';
import { loadSides } from '../pair.ts';
import { filesOf, type PairFiles } from '../pair-files.ts';
import { isSound, type SplitFindings } from './find-problems.ts';
import { resamplingOf } from './palette.ts';
import type { Problem } from './problem.ts';

/** What a fixed copy holds. */
export interface FixResult {
  readonly copied: number;
  /** Pairs whose sides were swapped or scaled. */
  readonly changed: number;
  readonly leftOut: number;
}

type Action = 'copy' | 'swap' | 'scale' | 'leave out';

/**
 * Writes a copy of a data set with its problems fixed or left out, into a new or empty folder. Sound pairs are copied
 * unchanged, swapped and scaled ones written as PNG. Side-by-side pairs stay so; others go to `trainA`, `trainB` and so
 * on.
 */
export async function writeFixed(
  folder: string,
  splits: readonly SplitFindings[],
  problems: readonly Problem[],
  onProgress?: (done: number, total: number) => void,
): Promise<FixResult> {
  await assertEmptyFolder(folder, 'the fixed data set');
  const actions = planActions(splits, problems);
  const total = splits.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const counts = { copied: 0, changed: 0, leftOut: 0 };
  let done = 0;
  for (const { split, layout, pairs } of splits) {
    const names = distinctNames(pairs.map(({ files }) => files.name));
    for (const [i, { files }] of pairs.entries()) {
      const action = actions.get(files) ?? 'copy';
      const targets = pairTargets(folder, layout.kind, split, names[i]!);
      if (action === 'leave out') counts.leftOut++;
      else if (action === 'copy') counts.copied++;
      else counts.changed++;
      await carryOut(action, files, targets);
      onProgress?.(++done, total);
    }
  }
  return counts;
}

/** The action for each pair that isn't copied unchanged. */
function planActions(
  splits: readonly SplitFindings[],
  problems: readonly Problem[],
): ReadonlyMap<PairFiles, Action> {
  const pairs = splits.flatMap(split => split.pairs);
  const byFile = new Map(pairs.flatMap(pair => filesOf(pair.files).map(file => [file, pair] as const)));
  const splitOf = new Map(
    splits.flatMap(({ split, pairs }) =>
      pairs.flatMap(pair => filesOf(pair.files).map(file => [file, split] as const)),
    ),
  );
  const actions = new Map<PairFiles, Action>();
  const leaveOut = (files: readonly string[]) => {
    for (const file of files) if (byFile.has(file)) actions.set(byFile.get(file)!.files, 'leave out');
  };
  for (const { kind, files } of [...problems].sort((a, b) => order(a.kind) - order(b.kind))) {
    const pair = byFile.get(files[0] ?? '');
    if (!pair) continue;
    if (kind === 'swapped') actions.set(pair.files, 'swap');
    else if (kind === 'size mismatch' && isSound(pair) && sameShape(pair.a, pair.b))
      actions.set(pair.files, 'scale');
    else if (kind === 'duplicates') leaveOut(files.slice(1));
    else if (kind === 'leak') {
      const kept = files.some(file => splitOf.get(file) === 'test') ? 'test' : 'val';
      leaveOut(files.filter(file => splitOf.get(file) !== kept));
    } else if (kind !== 'misregistered' && kind !== 'shifted') leaveOut(files);
  }
  return actions;
}

/** Leaving pairs out comes last, so that no other action overrides it. */
function order(kind: Problem['kind']): number {
  return kind === 'swapped' ? 0 : kind === 'size mismatch' ? 1 : 2;
}

/** Equal aspect ratios, to within a pixel. */
function sameShape(a: { width: number; height: number }, b: { width: number; height: number }): boolean {
  return Math.abs(a.width * b.height - b.width * a.height) <= Math.max(a.width, a.height, b.width, b.height);
}

async function carryOut(action: Action, files: PairFiles, targets: readonly string[]): Promise<void> {
  if (action === 'copy') await copyPair(files, targets);
  else if (action === 'swap') await exchangeSides(files, targets);
  else if (action === 'scale') await scaleSides(filesOf(files), targets);
}

async function exchangeSides(files: PairFiles, targets: readonly string[]): Promise<void> {
  if ('a' in files) return copyPair({ ...files, a: files.b, b: files.a }, targets);
  const [a, b] = await loadSides(files);
  await writeLossless(targets[0]!, joinSides(b, a, files.name));
}

/** Scales both sides to the smaller size; only pairs of two files can differ in size. */
async function scaleSides(files: readonly string[], targets: readonly string[]): Promise<void> {
  const sides = await Promise.all(files.map(file => decodePicture(file)));
  const [width, height] = (['width', 'height'] as const).map(along =>
    Math.min(...sides.map(({ image }) => image[along])),
  );
  for (const [i, side] of sides.entries()) {
    const image = resample(side.image, [height!, width!], resamplingOf(side));
    await writeLossless(targets[i]!, { ...side, image });
  }
}

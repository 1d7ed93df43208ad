import type { Image } from '../../core/image.ts';
import { areaResize } from '../area-resize.ts';
import { distinctNames } from '../assign-splits.ts';
import { copyPair, filesOf, pairTargets } from '../copy-pair.ts';
import { decodeImage } from '../decode.ts';
import { refuseNonEmpty } from '../new-folder.ts';
import { loadPair } from '../pair.ts';
import type { PairFiles } from '../pairing.ts';
import { placeSideBySide } from '../side-by-side.ts';
import { writePng } from '../write-file.ts';
import { isSound, type SplitFindings } from './find-problems.ts';
import type { Problem } from './problem.ts';

/** What a mended copy holds. */
export interface MendResult {
  readonly copied: number;
  /** Sides exchanged or scaled. */
  readonly changed: number;
  readonly leftOut: number;
}

type Action = 'copy' | 'swap' | 'scale' | 'leave out';

/**
 * Writes a copy of a data set without what is wrong with it, into a new or empty folder: sound pairs byte by byte,
 * swapped and scaled ones as PNG. Side-by-side pairs stay so; others go to `trainA`, `trainB` and so on.
 */
export async function writeMended(
  folder: string,
  splits: readonly SplitFindings[],
  problems: readonly Problem[],
  onProgress?: (done: number, total: number) => void,
): Promise<MendResult> {
  await refuseNonEmpty(folder, 'the mended data set');
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

/** What happens to each pair that isn't copied as it is. */
function planActions(
  splits: readonly SplitFindings[],
  problems: readonly Problem[],
): ReadonlyMap<PairFiles, Action> {
  const pairs = splits.flatMap(split => split.pairs);
  const byFile = new Map(pairs.flatMap(pair => filesOf(pair.files).map(file => [file, pair] as const)));
  const trainFiles = new Set(
    splits
      .filter(({ split }) => split === 'train')
      .flatMap(split => split.pairs.flatMap(p => filesOf(p.files))),
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
    else if (kind === 'leak') leaveOut(files.filter(file => trainFiles.has(file)));
    else if (kind !== 'misregistered' && kind !== 'shifted') leaveOut(files);
  }
  return actions;
}

/** What leaves pairs out comes last, so that nothing brings them back. */
function order(kind: Problem['kind']): number {
  return kind === 'swapped' ? 0 : kind === 'size mismatch' ? 1 : 2;
}

/** Equal proportions, to within a pixel. */
function sameShape(a: { width: number; height: number }, b: { width: number; height: number }): boolean {
  return Math.abs(a.width * b.height - b.width * a.height) <= Math.max(a.width, a.height, b.width, b.height);
}

async function carryOut(action: Action, files: PairFiles, targets: readonly string[]): Promise<void> {
  if (action === 'leave out') return;
  if (action === 'copy') return copyPair(files, targets);
  const [a, b] = action === 'swap' ? await swappedSides(files) : await scaledSides(files);
  if (targets.length === 1) await writePng(`${targets[0]}.png`, placeSideBySide(a, b));
  else await Promise.all([writePng(`${targets[0]}.png`, a), writePng(`${targets[1]}.png`, b)]);
}

async function swappedSides(files: PairFiles): Promise<[a: Image, b: Image]> {
  const { condition, target } = await loadPair(files, 'AtoB');
  return [target, condition];
}

/** Only pairs of two files can differ in size. */
async function scaledSides(files: PairFiles): Promise<[a: Image, b: Image]> {
  const [a, b] = (await Promise.all(filesOf(files).map(file => decodeImage(file)))) as [Image, Image];
  const { width, height } = a.width <= b.width ? a : b;
  return [areaResize(a, width, height), areaResize(b, width, height)];
}

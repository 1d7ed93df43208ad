import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { filesOf } from '../../data/copy-pair.ts';
import { isSound, type SplitFindings } from '../../data/inspection/find-problems.ts';
import { loadPair } from '../../data/pair.ts';
import { writeFile } from '../../data/write-file.ts';
import { contactSheet, type SheetPair } from '../../pictures/contact-sheet.ts';

const pairsShown = 24;

/** Writes a PNG with pairs from all over a data set, A left and B right; returns how many. */
export async function writePairSheet(path: string, splits: readonly SplitFindings[]): Promise<number> {
  const usable = splits.flatMap(({ split, pairs }) =>
    pairs.filter(pair => isSound(pair) && pair.registration).map(({ files }) => ({ split, files })),
  );
  if (usable.length === 0) {
    throw new UserError(
      `Cannot write "${path}": there is no sound pair to show; see the problems without --sheet`,
    );
  }
  const count = Math.min(usable.length, pairsShown);
  const shown: SheetPair[] = [];
  for (let i = 0; i < count; i++) {
    const { split, files } = usable[Math.floor((i * usable.length) / count)]!;
    const { condition: a, target: b } = await loadPair(files, 'AtoB');
    shown.push({ title: `${split}/${basename(filesOf(files)[0]!)}`, a, b });
  }
  await writeFile(path, await contactSheet(shown));
  return count;
}

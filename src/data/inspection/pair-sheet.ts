import { basename } from 'node:path';
import { spread } from '../../core/spread.ts';
import { contactSheet, type SheetPair } from '../../images/sheets/contact-sheet.ts';
import { loadSides } from '../pair.ts';
import { filesOf } from '../pair-files.ts';
import { isSound, type SplitFindings } from './find-problems.ts';
import { visible } from './palette.ts';

const pairsShown = 24;

/**
 * A PNG with sound pairs from all over a data set, A left and B right, and their number; undefined if there are none.
 */
export async function pairSheet(
  splits: readonly SplitFindings[],
): Promise<{ readonly picture: Uint8Array; readonly count: number } | undefined> {
  const usable = splits.flatMap(({ split, pairs }) =>
    pairs.filter(pair => isSound(pair) && pair.registration).map(({ files }) => ({ split, files })),
  );
  if (usable.length === 0) return undefined;
  const shown: SheetPair[] = [];
  for (const { split, files } of spread(usable, pairsShown)) {
    const [a, b] = await loadSides(files);
    shown.push({ title: `${split}/${basename(filesOf(files)[0]!)}`, a: visible(a), b: visible(b) });
  }
  return { picture: await contactSheet(shown), count: shown.length };
}

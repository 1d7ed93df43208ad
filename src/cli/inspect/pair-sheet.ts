import { UserError } from '../../core/errors.ts';
import type { SplitFindings } from '../../data/inspection/find-problems.ts';
import { pairSheet } from '../../data/inspection/pair-sheet.ts';
import { writeFile } from '../../files/write-file.ts';

/** Writes a PNG with pairs from all over a data set, A left and B right; returns how many. */
export async function writePairSheet(path: string, splits: readonly SplitFindings[]): Promise<number> {
  const sheet = await pairSheet(splits);
  if (!sheet) {
    throw new UserError(
      `Cannot write "${path}": there is no sound pair to show; see the problems without --sheet`,
    );
  }
  await writeFile(path, sheet.picture);
  return sheet.count;
}

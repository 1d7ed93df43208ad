import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mapAhead } from '../../core/map-ahead.ts';
import { fetchNpmPackage } from '../../data/fetch/npm-package.ts';
import { assertEmptyFolder, makeFolder } from '../../files/folder.ts';
import { writeFile } from '../../files/write.ts';
import { renderPair } from '../../images/drawing-pair.ts';
import { writeSplits } from '../split-pairs.ts';
import { notice } from './notice.ts';
import { drawingPackages, type EmojiCondition, picturePackage } from './packages.ts';
import { matchEmoji } from './sources.ts';

export { type EmojiCondition, emojiConditions } from './packages.ts';

export interface EmojiOptions {
  readonly condition: EmojiCondition;
  /** Height and width of each side, in pixels. */
  readonly size: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** One pair in fourteen is for testing. */
const TEST_SHARE = 1 / 14;
/** The same pairs are for testing wherever the set is made. */
const SEED = 0;

/**
 * Writes Microsoft's Fluent Emoji as pairs, drawings on the left and 3D pictures on the right, into `out`, a new or empty
 * folder: `train/` and `test/`, between which look-alikes are never divided, and NOTICE with the licence. The emoji come
 * from npm packages of fixed versions. Throws {@link UserError}.
 */
export async function fetchEmoji(
  out: string,
  { condition, size, onProgress }: EmojiOptions,
): Promise<{ readonly train: number; readonly test: number }> {
  await assertEmptyFolder(out, 'the set "emoji"');
  await makeFolder(join(out, '..'));
  const folder = await mkdtemp(join(dirname(out), '.emoji-'));
  try {
    const [drawings, pictures, pairs] = ['drawings', 'pictures', 'pairs'].map(name => join(folder, name));
    for (const each of [drawings!, pictures!, join(pairs!, 'train')]) await mkdir(each, { recursive: true });
    await fetchNpmPackage(drawingPackages[condition], drawings!);
    await fetchNpmPackage(picturePackage, pictures!);
    const sources = await matchEmoji(drawings!, pictures!);
    // An outline is drawn a little larger than its picture.
    const fit = condition === 'outline';
    let done = 0;
    const rendered = mapAhead(sources, 4, source => renderPair(source, { size, fit }));
    for await (const pair of rendered) {
      const { code } = sources[done++]!;
      if (pair) await writeFile(join(pairs!, 'train', `${code}.png`), pair);
      onProgress?.(done, sources.length);
    }
    const { counts } = await writeSplits(pairs!, out, { testShare: TEST_SHARE, valShare: 0, seed: SEED });
    await writeFile(join(out, 'NOTICE'), notice(drawingPackages[condition], picturePackage));
    return { train: counts.train, test: counts.test };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

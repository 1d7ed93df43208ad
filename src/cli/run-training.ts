import { assertFillsBatch } from '../data/loader.ts';
import { openPairs } from '../data/pairing.ts';
import type { ResolvedConfig } from '../train/resolve-config.ts';
import { createRunFolder } from '../train/run-folder.ts';
import { describeDirection } from './describe-pairs.ts';
import { followTraining } from './follow-training.ts';

/** Checks data and run folder, says what is about to be learned, and trains to the end. Returns the last grid's path. */
export async function runTraining(options: {
  readonly data: string;
  readonly runFolder: string;
  readonly resolved: ResolvedConfig;
  readonly force: boolean;
  readonly skipBad: boolean;
  readonly json: boolean;
}): Promise<string | undefined> {
  const { data, runFolder, resolved, force, skipBad, json } = options;
  const { config, notes } = resolved;
  const pairs = await openPairs(data, { split: 'train' });
  assertFillsBatch(pairs.pairs.length, config.batchSize);
  await createRunFolder(runFolder, { force });
  if (!json) {
    console.log(`Found ${pairs.description}`);
    console.log(describeDirection(pairs, config.direction));
    console.log(`Preset "${config.preset}" at ${config.size.join('×')}, into ${runFolder}`);
    for (const note of notes) console.log(`Note: ${note}`);
  }
  const { startTraining } = await import('../train/start.ts');
  return followTraining(startTraining({ data, runFolder, config, skipBad }), { json });
}

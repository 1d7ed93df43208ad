import { assertFillsBatch } from '../data/loader.ts';
import { openPairs } from '../data/pairing.ts';
import type { TrainRequest } from '../train/request.ts';
import { createRunFolder } from '../train/run-folder.ts';
import { describeDirection } from './describe-pairs.ts';
import { followTraining, type TrainingOutcome } from './follow-training.ts';

/** A run about to start or to go on. */
export interface PlannedTraining {
  readonly request: TrainRequest;
  /** What the user should know of its settings. */
  readonly notes: readonly string[];
  /** Replace an earlier run. */
  readonly force: boolean;
}

/** Checks data and run folder, says what is about to be learned, and trains to the end. */
export async function runTraining(
  plan: PlannedTraining & { readonly json: boolean },
): Promise<TrainingOutcome> {
  const { request, notes, force, json } = plan;
  const { data, runFolder, config, resume = false } = request;
  const pairs = await openPairs(data, { split: 'train' });
  assertFillsBatch(pairs.pairs.length, config.batchSize);
  if (!resume) await createRunFolder(runFolder, { force });
  if (!json) {
    console.log(`Found ${pairs.description}`);
    console.log(describeDirection(pairs, config.direction));
    console.log(
      `Preset "${config.preset}" at ${config.size.join('×')}, ${resume ? 'going on in' : 'into'} ${runFolder}`,
    );
    for (const note of notes) console.log(`Note: ${note}`);
  }
  const { startTraining } = await import('../train/start.ts');
  return followTraining(startTraining(request), { json });
}

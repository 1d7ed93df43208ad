import { UserError } from '../core/errors.ts';
import type { Best, Position } from '../runs/checkpoint/manifest.ts';
import {
  DamagedCheckpoint,
  listCheckpoints,
  readTrainingState,
  type SavedTraining,
} from '../runs/checkpoint/read.ts';
import { removeCheckpoint, sweepCheckpoints } from '../runs/checkpoint/write.ts';
import { newestOlderWeights } from '../runs/model-files.ts';
import type { SavedState } from '../step/training-state.ts';
import type { RunData } from './run-data.ts';

/** The checkpoint that a run resumes from. */
export interface StartingPoint {
  /** Its folder. */
  readonly path: string;
  readonly state: SavedState;
  readonly position: Position;
  /** Null too if its checkpoint is gone, as after a rollback. */
  readonly best: Best | null;
  readonly seconds: number;
  readonly epochSeconds: number;
  /** Length of the log at that point, in bytes. */
  readonly log: number;
}

/**
 * The newest checkpoint of a run; null if it has none. Damaged ones are removed, with a note, if an earlier one is intact.
 * Throws {@link UserError} if all are damaged, cannot be resumed, or belong to other pairs than the data set's.
 */
export async function findStart(runFolder: string, runData: RunData): Promise<StartingPoint | null> {
  await sweepCheckpoints(runFolder);
  const newestFirst = (await listCheckpoints(runFolder)).reverse();
  if (newestFirst.length === 0) await refuseOlderRun(runFolder);
  const damaged: DamagedCheckpoint[] = [];
  for (const { path } of newestFirst) {
    const saved = await readUnlessDamaged(path);
    if (saved instanceof DamagedCheckpoint) {
      damaged.push(saved);
      continue;
    }
    for (const { path, message } of damaged) {
      runData.notes.push(message);
      await removeCheckpoint(path);
    }
    const start = startingPoint(path, saved, runData);
    const isThere = newestFirst.some(({ step }) => step === start.best?.step);
    return isThere ? start : { ...start, best: null };
  }
  if (damaged[0]) throw damaged[0];
  return null;
}

async function readUnlessDamaged(path: string): Promise<SavedTraining | DamagedCheckpoint> {
  try {
    return await readTrainingState(path);
  } catch (error) {
    if (error instanceof DamagedCheckpoint) return error;
    throw error;
  }
}

function startingPoint(path: string, saved: SavedTraining, runData: RunData): StartingPoint {
  const { state, training, manifest } = saved;
  if (training.pairs !== runData.fingerprint) {
    throw new UserError(
      `Cannot resume from "${path}": the training pairs have changed (${counted(training.pairs)} then, now ` +
        `${counted(runData.fingerprint)}); restore them, or start a new run from its weights with --from`,
    );
  }
  const { position, best } = manifest;
  const { seconds, epochSeconds, log } = training;
  return { path, state, position, best, seconds, epochSeconds, log };
}

/** `400 pairs` of a fingerprint. */
function counted(fingerprint: string): string {
  return fingerprint.split(' ').slice(0, 2).join(' ');
}

async function refuseOlderRun(runFolder: string): Promise<void> {
  const weights = await newestOlderWeights(runFolder);
  if (weights === undefined) return;
  throw new UserError(
    `Cannot resume "${runFolder}": an older version saved only its weights; start a new run from them with --from ${weights}`,
  );
}

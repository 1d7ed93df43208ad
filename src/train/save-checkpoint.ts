import { UserError } from '../core/errors.ts';
import type { Metric } from '../metrics/index.ts';
import { listCheckpoints } from '../runs/checkpoint/read.ts';
import { pruneCheckpoints, writeCheckpoint } from '../runs/checkpoint/write.ts';
import type { CheckpointEvent } from '../runs/events.ts';
import type { ActiveRun } from './active-run.ts';

/** Saves everything needed to resume from here, and removes the checkpoints that the config doesn't keep. */
export async function saveCheckpoint(run: ActiveRun): Promise<CheckpointEvent> {
  const { request, trainee, progress, runData, position, best, log, guard, rollbacks } = run;
  const { runFolder, config } = request;
  const { model, optimizerState, counts, streams } = trainee.state;
  const training = {
    pairs: runData.fingerprint,
    log: log.flush(),
    seconds: progress.seconds,
    epochSeconds: progress.epochSeconds,
    counts: { ...counts, guard: guard.counts, rollbacks },
    streams: Object.fromEntries(Object.entries(streams).map(([name, stream]) => [name, stream.state()])),
  };
  const manifest = { config, position, best, training };
  const path = await writeCheckpoint(runFolder, { manifest, model, optimizerState }).catch(error =>
    explainFailure(error, runFolder),
  );
  await pruneCheckpoints(runFolder, config.checkpoints.keep, best, guard.soundStep(position.step));
  run.saved = { step: position.step, seconds: progress.seconds };
  return { type: 'checkpoint', epoch: position.epoch, step: position.step, path };
}

/** Adds to a disk error which checkpoint is still intact. */
async function explainFailure(error: unknown, runFolder: string): Promise<never> {
  const newest = (await listCheckpoints(runFolder)).at(-1);
  if (!(error instanceof UserError) || !newest) throw error;
  throw new UserError(
    `${error.message}; the checkpoint of step ${newest.step} is intact: fix the problem, then continue with --resume ${runFolder}`,
  );
}

/**
 * Records a score before its checkpoint is saved, so that the best one is kept when older ones are removed.
 */
export function noteScore(run: ActiveRun, metric: string, value: number, better: Metric['better']): void {
  const { best, position } = run;
  const cost = (score: number) => ({ lower: score, higher: -score, 'nearer 1': Math.abs(score - 1) })[better];
  const isBest = best?.metric !== metric || cost(value) < cost(best.value);
  if (isBest) run.best = { metric, value, step: position.step };
}

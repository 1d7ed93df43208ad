import { configAfter } from '../config/size-stages.ts';
import { Random } from '../core/random.ts';
import { loadEpochsInThread } from '../data/loading/loader-thread.ts';
import type { Forms } from '../forms/convolutions.ts';
import type { Best } from '../runs/checkpoint/manifest.ts';
import type { EventLog } from '../runs/event-log.ts';
import { openModel } from '../runs/model-files.ts';
import { assertFreezes } from '../step/freeze.ts';
import { restoreState } from '../step/training-state.ts';
import type { Translation } from '../step/translation.ts';
import { startFromModel } from './fine-tune.ts';
import { createGuard, type Guard } from './guard/guard.ts';
import type { Loop } from './loop.ts';
import { createTrainee, createTranslation } from './networks.ts';
import { type ProcessGroup, shareOfBatch } from './process-group.ts';
import { Progress } from './progress.ts';
import type { TrainRequest } from './request.ts';
import type { StartingPoint } from './resume.ts';
import type { RunData } from './run-data.ts';

/** How often the run was rolled back, to which step last, and the resulting factor on its learning rate. */
export interface Rollbacks extends Record<string, number> {
  count: number;
  step: number;
  rate: number;
}

/** What a run is opened with. */
export interface RunParts {
  readonly request: TrainRequest;
  readonly runData: RunData;
  readonly log: EventLog;
  readonly group: ProcessGroup;
  /** Of convolutions on the CPU. */
  readonly forms: Forms;
}

/** A run in progress: the networks, their data, and the current position. */
export interface ActiveRun extends Loop, RunParts {
  /** Translates with the current weights, for samples and validation. Its images have the run's last size from the start. */
  readonly translation: Translation;
  /** Seconds that building the graphs and sessions took. */
  readonly buildSeconds: number;
  readonly guard: Guard;
  /** What the guard's rollbacks have changed. */
  readonly rollbacks: Rollbacks;
  best: Best | null;
  /** Where the last checkpoint was saved, in the run's steps and seconds. */
  saved: { step: number; seconds: number };
  /** Frees memory; a second call does nothing. */
  close(): Promise<void>;
}

/**
 * Builds the networks and restores the state of `start`, a checkpoint; without one, the run starts at the beginning.
 * @param seconds that the run has taken so far.
 */
export async function openActiveRun(
  { request, runData, log, group, forms }: RunParts,
  start: StartingPoint | null,
  seconds = start?.seconds ?? 0,
): Promise<ActiveRun> {
  const { config, from } = request;
  const { workers, threads } = group;
  const { rank, count } = workers;
  const building = performance.now();
  const { train, loading } = runData;
  const stepsPerEpoch = Math.floor(train.length / config.batchSize);
  const now = configAfter(config, stepsPerEpoch, start?.position.step ?? 0);
  const trainee = await createTrainee(shareOfBatch(now, workers), Random.fromSeed(config.seed), {
    device: request.device,
    workers,
    threads,
    forms,
  });
  // One session for all pictures: opening one for each would fragment the allocator's memory.
  const translation = await createTranslation(config, trainee.generator.values);
  const buildSeconds = (performance.now() - building) / 1000;
  assertFreezes(config.freeze, [...trainee.state.model.keys()]);
  if (start) restoreState(trainee.state, start.state, `"${start.path}"`);
  // The other processes get the leader's weights, and may not have the file.
  else if (from !== undefined && rank === 0)
    runData.notes.push(...startFromModel(trainee, await openModel(from), config));
  const beginning = start?.position ?? { epoch: 0, batch: 0, step: 0 };
  const position = await group.synchronize(trainee.state, beginning);
  await trainee.push();
  const source = loadEpochsInThread(train, { ...loading, share: { rank, count } });
  const guard = createGuard(config, trainee);
  Object.assign(guard.counts, start?.state.counts.guard);
  const progress = new Progress(config, stepsPerEpoch, {
    seconds,
    epochSeconds: start?.epochSeconds ?? 0,
  });
  let isOpen = true;
  return {
    config,
    request,
    runData,
    group,
    forms,
    trainee: group.inLockstep(trainee),
    translation,
    source,
    progress,
    log,
    buildSeconds,
    guard,
    rollbacks: { count: 0, step: -1, rate: 1, ...start?.state.counts.rollbacks },
    position,
    best: start?.best ?? null,
    saved: { step: start?.position.step ?? 0, seconds: progress.seconds },
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await source.close();
      await translation.release();
      await trainee.release();
    },
  };
}

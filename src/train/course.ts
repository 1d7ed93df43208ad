import { Random } from '../core/random.ts';
import type { BatchSource } from '../data/loader.ts';
import { loadEpochsInThread } from '../data/loader-thread.ts';
import type { Best, Position } from './checkpoint/manifest.ts';
import type { EventLog } from './event-log.ts';
import type { Material } from './material.ts';
import { Progress } from './progress.ts';
import type { TrainRequest } from './request.ts';
import { findStart } from './resume.ts';
import { createTrainee, type Trainee } from './step.ts';
import { restoreState } from './training-state.ts';

/** A run on its way: the networks, their data, and how far it is. */
export interface Course {
  readonly request: TrainRequest;
  readonly material: Material;
  readonly trainee: Trainee;
  readonly source: BatchSource;
  readonly progress: Progress;
  readonly log: EventLog;
  /** Seconds that building the graphs and sessions took. */
  readonly buildSeconds: number;
  position: Position;
  best: Best | null;
  /** Where the last checkpoint was saved, in the run's steps and seconds. */
  saved: { step: number; seconds: number };
  close(): Promise<void>;
}

/** Builds the networks and takes them to where the run stands: the beginning, or its newest checkpoint. */
export async function openCourse(request: TrainRequest, material: Material, log: EventLog): Promise<Course> {
  const { config, runFolder, resume = false } = request;
  const start = resume ? await findStart(runFolder, material) : null;
  const building = performance.now();
  const trainee = await createTrainee(config, Random.fromSeed(config.seed), { device: request.device });
  const buildSeconds = (performance.now() - building) / 1000;
  if (start) {
    restoreState(trainee.state, start.state, `"${start.path}"`);
    await trainee.push();
  }
  log.cut(start?.log ?? 0);
  const { train, loading } = material;
  const source = loadEpochsInThread(train, { ...loading, seed: config.seed });
  const progress = new Progress(config, Math.floor(train.length / config.batchSize), start ?? undefined);
  return {
    request,
    material,
    trainee,
    source,
    progress,
    log,
    buildSeconds,
    position: start?.position ?? { epoch: 0, batch: 0, step: 0 },
    best: start?.best ?? null,
    saved: { step: start?.position.step ?? 0, seconds: progress.seconds },
    close: async () => {
      await source.close();
      await trainee.release();
    },
  };
}

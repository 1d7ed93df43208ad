import { Random } from '../core/random.ts';
import { type BatchOptions, type BatchSource, sampleBatch } from '../data/loader.ts';
import { loadEpochsInThread } from '../data/loader-thread.ts';
import { findPairs, openPairs, type PairSet } from '../data/pairing.ts';
import { writeFile } from '../data/write-file.ts';
import { pairPicture } from '../pictures/grid.ts';
import type { RunConfig } from './config.ts';
import type { TrainingControl } from './control.ts';
import { openEventLog } from './event-log.ts';
import type { TrainEvent } from './events.ts';
import { Progress } from './progress.ts';
import { writeConfig } from './run-config-file.ts';
import { discardUnsavedRun } from './run-folder.ts';
import { firstPair, gridPicture, PICTURES_PER_GRID, samplePaths } from './samples.ts';
import { saveWeights } from './save-weights.ts';
import { learningRateAt } from './schedule.ts';
import { createTrainee, type StepLosses, type Trainee } from './step.ts';
import { createTranslation } from './translation.ts';

export interface TrainRequest {
  /** Folder of image pairs. */
  readonly data: string;
  /** An existing run folder. */
  readonly runFolder: string;
  readonly config: RunConfig;
  /** Leave out pairs that can't be read, instead of stopping at the first. */
  readonly skipBad: boolean;
}

/** {@link trainModel}, with every event also appended to the run's log. A run that saves nothing leaves nothing. */
export async function* train(request: TrainRequest, control: TrainingControl): AsyncGenerator<TrainEvent> {
  const log = openEventLog(request.runFolder);
  try {
    for await (const event of trainModel(request, control)) {
      log.append(event);
      yield event;
    }
  } finally {
    await log.close();
    await discardUnsavedRun(request.runFolder);
  }
}

/**
 * Trains a model, telling what happens as it happens. Once asked to stop, it finishes the step at hand,
 * saves, and ends. Throws UserError for data that can't be used.
 */
async function* trainModel(request: TrainRequest, control: TrainingControl): AsyncGenerator<TrainEvent> {
  const { data, runFolder, config } = request;
  const pairs = await openPairs(data, { split: 'train' });
  const notes: TrainEvent[] = [];
  const loading = loadOptions(request, message => notes.push({ type: 'note', text: message }));
  const random = Random.fromSeed(config.seed);

  const firstPicture = await savePairPicture(request, pairs, loading);
  await writeConfig(runFolder, config);
  const testPairs = (await findPairs(data, { split: 'test' })) ?? pairs;
  if (testPairs === pairs) {
    notes.push({ type: 'note', text: `"${data}" has no test pairs: sample pictures show training pairs` });
  }

  const building = performance.now();
  const trainee = await createTrainee(config, random);
  const source = loadEpochsInThread(pairs.pairs, { ...loading, seed: config.seed });
  const progress = new Progress(config, Math.floor(pairs.pairs.length / config.batchSize));
  let step = 0;
  try {
    yield {
      type: 'start',
      runFolder,
      config,
      pairs: pairs.pairs.length,
      stepsPerEpoch: progress.stepsPerEpoch,
      totalSteps: progress.totalSteps,
      parameters: {
        generator: trainee.generator.parameters,
        discriminator: trainee.discriminator.parameters,
      },
      buildSeconds: (performance.now() - building) / 1000,
    };
    yield firstPicture;
    yield* notes.splice(0);
    for (let epoch = 0; epoch < config.epochs && !progress.isOver(step) && !control.stopped; epoch++) {
      progress.startEpoch();
      for await (const { losses, index } of trainEpoch(trainee, source, progress, config, epoch)) {
        step++;
        yield* notes.splice(0);
        yield stepEvent(epoch, index, step, losses, progress);
        if (control.paused) yield* pause(control, progress, step);
        if (progress.isOver(step) || control.stopped) break;
      }
      yield { type: 'epoch', epoch, seconds: progress.epochSeconds };
      yield await saveGrid(request, testPairs, loading, trainee, epoch);
      yield await saveWeights(runFolder, config, trainee, { epoch, step });
    }
    yield {
      type: 'end',
      reason: control.stopped ? 'stopped' : 'finished',
      runFolder,
      steps: step,
      seconds: progress.seconds,
    };
  } finally {
    await source.close();
    await trainee.release();
  }
}

interface TrainedBatch {
  /** Within the epoch, from 0. */
  readonly index: number;
  readonly losses: StepLosses;
}

async function* trainEpoch(
  trainee: Trainee,
  source: BatchSource,
  progress: Progress,
  config: RunConfig,
  epoch: number,
): AsyncGenerator<TrainedBatch> {
  const batches = source.epoch(epoch);
  try {
    for (let index = 0; ; index++) {
      const { value: batch, done } = await progress.waiting(batches.next());
      if (done) return;
      const rate = learningRateAt(config, epoch + index / progress.stepsPerEpoch);
      const losses = await trainee.step(batch, rate);
      progress.finishStep();
      yield { index, losses };
    }
  } finally {
    await batches.return();
  }
}

async function* pause(
  control: TrainingControl,
  progress: Progress,
  step: number,
): AsyncGenerator<TrainEvent> {
  yield { type: 'pause', step };
  await progress.leavingOut(control.untilContinued());
  if (!control.stopped) yield { type: 'continue', step };
}

function stepEvent(
  epoch: number,
  batch: number,
  step: number,
  losses: StepLosses,
  progress: Progress,
): TrainEvent {
  return {
    type: 'step',
    epoch,
    batch,
    step,
    discriminatorLoss: losses.discriminator,
    generatorLoss: losses.generator,
    l1: losses.l1,
    ...progress.report(step),
  };
}

function loadOptions({ config, skipBad }: TrainRequest, onSkip: (message: string) => void): BatchOptions {
  const { direction, size, batchSize, shuffle, augment } = config;
  return { direction, size, batchSize, shuffle, augment, ahead: 4, skipBad, onSkip };
}

/** Shows which way the run is about to learn. */
async function savePairPicture(
  request: TrainRequest,
  { pairs }: PairSet,
  loading: BatchOptions,
): Promise<TrainEvent> {
  const { condition, target } = await firstPair(pairs, loading);
  const path = samplePaths(request.runFolder).pair;
  await writeFile(path, await pairPicture(condition, target, request.config.direction));
  return { type: 'sample', kind: 'pair', epoch: 0, path };
}

/** The article's figure: three consecutive test pairs from a random place. */
async function saveGrid(
  { runFolder, config }: TrainRequest,
  { pairs }: PairSet,
  loading: BatchOptions,
  { generator }: Trainee,
  epoch: number,
): Promise<TrainEvent> {
  const random = Random.fromSeed(config.seed).split(`samples ${epoch}`);
  const batch = await sampleBatch(pairs, PICTURES_PER_GRID, random, loading);
  const path = samplePaths(runFolder).grid(epoch);
  // Compiled for the picture alone: kept, its buffers would add to the peak of memory.
  const translation = await createTranslation(config, generator.values, random);
  await writeFile(path, await gridPicture(batch, config.size, image => translation.run(image)));
  await translation.release();
  return { type: 'sample', kind: 'grid', epoch, path };
}

import { rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { absoluteLocation } from '../buckets/address.ts';
import { type EventLog, openEventLog } from '../runs/event-log.ts';
import type { TrainEvent } from '../runs/events.ts';
import { lockRun } from '../runs/lock.ts';
import { discardUnsavedRun, writeConfig } from '../runs/run-folder.ts';
import { openActiveRun } from './active-run.ts';
import { trainEpochs } from './epochs.ts';
import { rollBack } from './guard/rollback.ts';
import { startEvent } from './loop.ts';
import { leadGroup, singleProcess } from './process-group.ts';
import type { TrainingControl, TrainRequest } from './request.ts';
import { findStart } from './resume.ts';
import { openRunData } from './run-data.ts';
import { formsOf } from './run-forms.ts';
import { savePairPicture } from './samples.ts';

/**
 * Trains a model, yields events as they happen, and logs them in the run folder, which is locked meanwhile. A new run that
 * ends before its first checkpoint leaves nothing.
 * @param onLogged is called before each event with the bytes of the log up to it.
 * Throws UserError for unusable data, a run folder in use, and disk errors.
 */
export async function* train(
  request: TrainRequest,
  control: TrainingControl,
  onLogged: (bytes: number) => void = () => {},
): AsyncGenerator<TrainEvent> {
  const { runFolder } = request;
  const unlock = await lockRun(runFolder);
  const log = openEventLog(runFolder);
  try {
    for await (const event of trainModel(request, control, log)) {
      onLogged(log.append(event));
      yield event;
    }
  } finally {
    log.close();
    try {
      if (!request.resume) await discardUnsavedRun(runFolder);
    } finally {
      await unlock();
    }
    // Only after the lock is removed, the folder may be empty.
    await rmdir(runFolder).catch(() => {});
  }
}

async function* trainModel(
  request: TrainRequest,
  control: TrainingControl,
  log: EventLog,
): AsyncGenerator<TrainEvent> {
  const { runFolder, config, data, skipBad, from } = request;
  const group = await (request.launched ? leadGroup(request) : singleProcess(request));
  const runData = await openRunData(request);
  await group.assertSamePairs(runData.fingerprint);
  runData.notes.push(...group.notes);
  const firstPicture = request.resume ? [] : [await savePairPicture(runFolder, config, runData)];
  const source = { data: absoluteLocation(data), skipBad, from: from && resolve(from) };
  const start = request.resume ? await findStart(runFolder, runData) : null;
  const forms = await formsOf(request, runData);
  await writeConfig(runFolder, config, source);
  log.cut(start?.log ?? 0);
  let run = await openActiveRun({ request, runData, log, group, forms }, start);
  try {
    const { buildSeconds } = run;
    const { device = 'cpu' } = request;
    yield startEvent(run, { runFolder, device, pairs: runData.train.length, buildSeconds });
    yield* firstPicture;
    let trouble = yield* trainEpochs(run, control);
    while (trouble) {
      const [earlier, event] = await rollBack(run, trouble);
      run = earlier;
      yield event;
      trouble = yield* trainEpochs(run, control);
    }
    yield {
      type: 'end',
      reason: control.stopped ? 'stopped' : 'finished',
      runFolder,
      steps: run.position.step,
      seconds: run.progress.seconds,
    };
    await group.close();
  } finally {
    await run.close();
  }
}

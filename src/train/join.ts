import type { EventLog } from '../runs/event-log.ts';
import { type ActiveRun, openActiveRun } from './active-run.ts';
import { trainSteps } from './loop.ts';
import { followGroup } from './process-group.ts';
import { openRunData } from './run-data.ts';

/** Only the leader has the run's log. */
const noLog: EventLog = { append: () => 0, flush: () => 0, cut: () => {}, close: () => {} };

/** Takes part in a training that another process leads, until that process ends it. `onJoined` is called at the start. */
export async function joinRun(onJoined: () => void): Promise<void> {
  const group = await followGroup();
  onJoined();
  const { request } = group;
  const runData = await openRunData(request);
  await group.assertSamePairs(runData.fingerprint);
  let run: ActiveRun | undefined;
  let steps: ReturnType<typeof trainSteps> | undefined;
  for (let order = await group.next(); order !== 'end'; order = await group.next()) {
    if (order === 'step') await takeStep(steps!);
    else {
      await run?.close();
      run = await openActiveRun({ request, runData, log: noLog, group, forms: {} }, null);
      steps = trainSteps(run, () => false);
    }
  }
  await run?.close();
  await group.close();
}

/** Only the leader acts on the events between two steps. */
async function takeStep(steps: ReturnType<typeof trainSteps>): Promise<void> {
  for (;;) {
    const { done, value } = await steps.next();
    if (done) throw new Error('The leader asked for a step after the last one');
    if (value.type === 'step') return;
  }
}

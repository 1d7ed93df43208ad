import type { EventLog } from '../runs/event-log.ts';
import { type ActiveRun, openActiveRun } from './active-run.ts';
import { followCrew } from './crew.ts';
import { trainSteps } from './loop.ts';
import { openRunData } from './run-data.ts';

/** The leader has the run's log. */
const noLog: EventLog = { append: () => 0, flush: () => 0, cut: () => {}, close: () => {} };

/** Takes part in the training of a run that another process leads, until that ends it. `onJoined` is called at its beginning. */
export async function joinRun(onJoined: () => void): Promise<void> {
  const crew = await followCrew();
  onJoined();
  const { request } = crew;
  const runData = await openRunData(request);
  await crew.compare(runData.fingerprint);
  let run: ActiveRun | undefined;
  let steps: ReturnType<typeof trainSteps> | undefined;
  for (let order = await crew.next(); order !== 'end'; order = await crew.next()) {
    if (order === 'step') await takeStep(steps!);
    else {
      await run?.close();
      run = await openActiveRun({ request, runData, log: noLog, crew }, null);
      steps = trainSteps(run, () => false);
    }
  }
  await run?.close();
  await crew.close();
}

/** The events between two steps are the leader's to act on. */
async function takeStep(steps: ReturnType<typeof trainSteps>): Promise<void> {
  let event: string | undefined;
  while (event !== 'step') event = (await steps.next()).value?.type;
}

import type { EventLog } from '../runs/event-log.ts';
import { followCrew } from './crew.ts';
import { trainSteps } from './loop.ts';
import { openMaterial } from './material.ts';
import { type ActiveRun, openRun } from './session.ts';

/** The leader has the run's log. */
const noLog: EventLog = { append: () => 0, flush: () => 0, cut: () => {}, close: () => {} };

/** Takes part in the training of a run that another process leads, until that ends it. `onJoined` is called at its beginning. */
export async function joinRun(onJoined: () => void): Promise<void> {
  const crew = await followCrew();
  onJoined();
  const { request } = crew;
  const material = await openMaterial(request);
  await crew.compare(material.fingerprint);
  let session: ActiveRun | undefined;
  let steps: ReturnType<typeof trainSteps> | undefined;
  for (let order = await crew.next(); order !== 'end'; order = await crew.next()) {
    if (order === 'step') await takeStep(steps!);
    else {
      await session?.close();
      session = await openRun({ request, material, log: noLog, crew }, null);
      steps = trainSteps(session, () => false);
    }
  }
  await session?.close();
  await crew.close();
}

/** The events between two steps are the leader's to act on. */
async function takeStep(steps: ReturnType<typeof trainSteps>): Promise<void> {
  let event: string | undefined;
  while (event !== 'step') event = (await steps.next()).value?.type;
}

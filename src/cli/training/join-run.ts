import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../core/errors.ts';
import { onInterrupt } from '../terminal.ts';

/** What stops all processes is reported by the leader, at whose end the launcher ends this one. */
const LEADER_FIRST_MS = 3000;

/** Takes part in a training that the process of rank 0 leads and reports, until its end. */
export async function joinRun(rank: number): Promise<void> {
  const { joinTraining } = await import('../../train/start.ts');
  let release = () => {};
  try {
    await joinTraining(() => {
      // From now on the leader decides when to stop.
      release = onInterrupt({ ask: () => {}, leave: () => {} });
    });
  } catch (error) {
    release();
    await sleep(LEADER_FIRST_MS);
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message} (process ${rank} on "${hostname()}")`);
  }
  release();
}

import { UserError } from '../../core/errors.ts';
import { listCheckpoints } from '../../runs/checkpoint/read.ts';
import { removeCheckpoint } from '../../runs/checkpoint/write.ts';
import type { RollbackEvent } from '../../runs/events.ts';
import { findStart } from '../resume.ts';
import { type ActiveRun, openRun } from '../session.ts';
import type { Trouble } from './guard.ts';

/** Whether a trouble ends the session: it can be rolled back, or makes all further steps pointless. */
export function endsSession(session: ActiveRun, trouble: Trouble): boolean {
  return trouble.kind === 'non-finite' || canRollBack(session);
}

function canRollBack({ request: { config }, rollbacks }: ActiveRun): boolean {
  return config.guard.action === 'rollback' && rollbacks.count < config.guard.rollbacks;
}

/**
 * Goes back to the last checkpoint before the trouble, or to the beginning, with a lower rate. Where the trouble came
 * back since the last time, it goes one checkpoint further. Throws {@link UserError} where the config allows no
 * (further) rollback.
 */
export async function rollBack(session: ActiveRun, trouble: Trouble): Promise<[ActiveRun, RollbackEvent]> {
  const { request, material, progress, rollbacks } = session;
  const { config, runFolder } = request;
  if (!canRollBack(session)) throw await endOf(session, trouble);
  await session.close();
  await removeUnsound(session, trouble);
  const start = await findStart(runFolder, material);
  const next = await openRun(session, start, progress.seconds);
  const { epoch, step } = next.position;
  const rate = rollbacks.rate * config.guard.factor;
  Object.assign(next.rollbacks, { count: rollbacks.count + 1, step, rate });
  return [next, { type: 'rollback', epoch, step, rate }];
}

/** Nothing is gone on from that was saved after the trouble began, or that led into it twice. */
async function removeUnsound({ request, rollbacks }: ActiveRun, { soundStep }: Trouble): Promise<void> {
  const checkpoints = await listCheckpoints(request.runFolder);
  const sound = checkpoints.filter(({ step }) => step <= soundStep);
  const ledHere = sound.at(-1)?.step === rollbacks.step ? sound.slice(-1) : [];
  const unsound = checkpoints.filter(({ step }) => step > soundStep);
  for (const { path } of [...unsound, ...ledHere]) await removeCheckpoint(path);
}

async function endOf({ request, position }: ActiveRun, { text }: Trouble): Promise<UserError> {
  const newest = (await listCheckpoints(request.runFolder)).at(-1);
  const where = newest
    ? `continue from step ${newest.step} with --resume ${request.runFolder} and this change`
    : 'start again with this change';
  return new UserError(
    `Cannot continue training after step ${position.step}: ${text}; ${where}, or with --guard rollback`,
  );
}

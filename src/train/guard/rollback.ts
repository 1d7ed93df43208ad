import { UserError } from '../../core/errors.ts';
import { listCheckpoints } from '../../runs/checkpoint/read.ts';
import { removeCheckpoint } from '../../runs/checkpoint/write.ts';
import type { RollbackEvent } from '../../runs/events.ts';
import { type ActiveRun, openActiveRun } from '../active-run.ts';
import { findStart } from '../resume.ts';
import type { Trouble } from './guard.ts';

/** Whether training can't simply continue: the run can be rolled back, or all further steps are pointless. */
export function endsRun(run: ActiveRun, trouble: Trouble): boolean {
  return trouble.kind === 'non-finite' || canRollBack(run);
}

function canRollBack({ request: { config }, rollbacks }: ActiveRun): boolean {
  return config.guard.action === 'rollback' && rollbacks.count < config.guard.rollbacks;
}

/**
 * Goes back to the last checkpoint before the trouble, or to the beginning, with a lower learning rate. If the trouble came
 * back since the last rollback, it goes back one checkpoint further. Throws {@link UserError} if the config allows no
 * (further) rollback.
 */
export async function rollBack(run: ActiveRun, trouble: Trouble): Promise<[ActiveRun, RollbackEvent]> {
  const { request, runData, progress, rollbacks } = run;
  const { config, runFolder } = request;
  if (!canRollBack(run)) throw await endOf(run, trouble);
  await run.close();
  await removeUnsound(run, trouble);
  const start = await findStart(runFolder, runData);
  const next = await openActiveRun(run, start, progress.seconds);
  const { epoch, step } = next.position;
  const rate = rollbacks.rate * config.guard.factor;
  Object.assign(next.rollbacks, { count: rollbacks.count + 1, step, rate });
  return [next, { type: 'rollback', epoch, step, rate }];
}

/** Removes the checkpoints saved after the trouble began, and the one that led into it twice. */
async function removeUnsound({ request, rollbacks }: ActiveRun, { soundStep }: Trouble): Promise<void> {
  const checkpoints = await listCheckpoints(request.runFolder);
  const sound = checkpoints.filter(({ step }) => step <= soundStep);
  const ledHere = sound.at(-1)?.step === rollbacks.step ? sound.slice(-1) : [];
  const unsound = checkpoints.filter(({ step }) => step > soundStep);
  for (const { path } of [...unsound, ...ledHere]) await removeCheckpoint(path);
}

async function endOf({ request, position, config }: ActiveRun, { text }: Trouble): Promise<UserError> {
  const newest = (await listCheckpoints(request.runFolder)).at(-1);
  const where = newest
    ? `continue from step ${newest.step} with --resume ${request.runFolder} and this change`
    : 'start again with this change';
  return new UserError(
    `Cannot continue training after step ${position.step}: ${text}; ${where}` +
      (config.guard.action === 'rollback'
        ? `; --rollbacks ${config.guard.rollbacks} are used up`
        : ', or with --guard rollback'),
  );
}

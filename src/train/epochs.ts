import type { EpochEvent, SizeEvent, StepEvent, TrainEvent } from '../runs/events.ts';
import type { Trouble } from './guard/guard.ts';
import { endsSession } from './guard/rollback.ts';
import { trainSteps } from './loop.ts';
import type { TrainingControl } from './request.ts';
import { saveGrid } from './samples.ts';
import { saveCheckpoint } from './save-checkpoint.ts';
import type { ActiveRun } from './session.ts';
import { isValidationDue, shouldStopEarly, validate } from './validation.ts';

/**
 * The rest of a run: steps, and after each epoch its pictures and a checkpoint. Once asked to stop, it finishes the
 * current step, saves and returns: the trouble that ended it early, or null.
 */
export async function* trainEpochs(
  session: ActiveRun,
  control: TrainingControl,
): AsyncGenerator<TrainEvent, Trouble | null> {
  yield* notesOf(session);
  if (control.stopped) return null;
  for await (const event of trainSteps(session, () => isOver(session))) {
    yield* notesOf(session);
    yield event;
    const trouble = yield* afterEvent(session, control, event);
    if (trouble) return trouble;
    if (control.stopped) break;
  }
  return session.position.step > session.saved.step ? yield* save(session) : null;
}

async function* afterEvent(
  session: ActiveRun,
  control: TrainingControl,
  event: StepEvent | EpochEvent | SizeEvent,
): AsyncGenerator<TrainEvent, Trouble | null> {
  if (event.type === 'size') return null;
  return event.type === 'step'
    ? yield* afterStep(session, control, event)
    : yield* afterEpoch(session, event);
}

async function* afterStep(
  session: ActiveRun,
  control: TrainingControl,
  event: StepEvent,
): AsyncGenerator<TrainEvent, Trouble | null> {
  const trouble =
    (yield* watch(session, () => session.guard.observe(event))) ?? (yield* validateIfDue(session));
  if (trouble) return trouble;
  if (control.paused) yield* pause(session, control);
  if (control.stopped || isOver(session) || !isDueWithinEpoch(session)) return null;
  const ruined = yield* save(session);
  session.progress.restartStepClock();
  return ruined;
}

async function* afterEpoch(
  session: ActiveRun,
  { epoch }: EpochEvent,
): AsyncGenerator<TrainEvent, Trouble | null> {
  yield await saveGrid(session, epoch);
  session.progress.finishEpoch();
  return isDue(session) ? yield* save(session) : null;
}

/** Reports what the guard has found, and returns it if it ends the session. */
function* watch(session: ActiveRun, find: () => Trouble | null): Generator<TrainEvent, Trouble | null> {
  const { request, position } = session;
  const trouble = request.config.guard.action === 'off' ? null : find();
  if (!trouble) return null;
  const { kind, text } = trouble;
  yield { type: 'guard', trouble: kind, epoch: position.epoch, step: position.step, text };
  return endsSession(session, trouble) ? trouble : null;
}

/** Saves a checkpoint, unless the weights turn out to be ruined. */
async function* save(session: ActiveRun): AsyncGenerator<TrainEvent, Trouble | null> {
  await session.trainee.pull();
  const trouble = yield* watch(session, () => session.guard.checkWeights(session.position.step));
  if (!trouble) yield await saveCheckpoint(session);
  return trouble;
}

function isOver(session: ActiveRun): boolean {
  return session.progress.isOver(session.position.step) || shouldStopEarly(session);
}

/** The best so far is kept, so it has to be saved before the weights change. */
async function* validateIfDue(session: ActiveRun): AsyncGenerator<TrainEvent, Trouble | null> {
  if (!isValidationDue(session)) return null;
  await session.trainee.pull();
  const validation = await validate(session);
  yield validation;
  const trouble = validation.isBest ? yield* save(session) : null;
  if (shouldStopEarly(session)) {
    const { patience } = session.config.validation;
    yield { type: 'note', text: `nothing better in ${patience} validations: the run ends here` };
  }
  session.progress.restartStepClock();
  return trouble;
}

/** Whether to save after this epoch. The state at the end of the run is always saved, by {@link trainEpochs}. */
function isDue({ position, best, config }: ActiveRun): boolean {
  return position.epoch % config.checkpoints.everyEpochs === 0 || best?.step === position.step;
}

function isDueWithinEpoch({ position, progress, saved, config }: ActiveRun): boolean {
  const { everyMinutes, everySteps } = config.checkpoints;
  if (everySteps !== null && position.step % everySteps === 0) return true;
  return everyMinutes !== null && progress.seconds - saved.seconds >= everyMinutes * 60;
}

async function* pause(
  { progress, position: { step } }: ActiveRun,
  control: TrainingControl,
): AsyncGenerator<TrainEvent> {
  yield { type: 'pause', step };
  await progress.excluding(control.untilContinued());
  if (!control.stopped) yield { type: 'continue', step };
}

function* notesOf({ material }: ActiveRun): Generator<TrainEvent> {
  for (const text of material.notes.splice(0)) yield { type: 'note', text };
}

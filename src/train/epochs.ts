import type { EpochEvent, SizeEvent, StepEvent, TrainEvent } from '../runs/events.ts';
import type { ActiveRun } from './active-run.ts';
import type { Trouble } from './guard/guard.ts';
import { endsRun } from './guard/rollback.ts';
import { trainSteps } from './loop.ts';
import type { TrainingControl } from './request.ts';
import { saveGrid } from './samples.ts';
import { saveCheckpoint } from './save-checkpoint.ts';
import { isValidationDue, shouldStopEarly, validate } from './validation.ts';

/**
 * Trains to the end of the run, and after each epoch saves its pictures and a checkpoint. If asked to stop, it finishes the
 * current step and saves. @returns the trouble that ended it early, or null.
 */
export async function* trainEpochs(
  run: ActiveRun,
  control: TrainingControl,
): AsyncGenerator<TrainEvent, Trouble | null> {
  yield* notesOf(run);
  if (control.stopped) return null;
  for await (const event of trainSteps(run, () => isOver(run))) {
    yield* notesOf(run);
    yield event;
    const trouble = yield* afterEvent(run, control, event);
    if (trouble) return trouble;
    if (control.stopped) break;
  }
  return run.position.step > run.saved.step ? yield* save(run) : null;
}

async function* afterEvent(
  run: ActiveRun,
  control: TrainingControl,
  event: StepEvent | EpochEvent | SizeEvent,
): AsyncGenerator<TrainEvent, Trouble | null> {
  if (event.type === 'size') return null;
  return event.type === 'step' ? yield* afterStep(run, control, event) : yield* afterEpoch(run, event);
}

async function* afterStep(
  run: ActiveRun,
  control: TrainingControl,
  event: StepEvent,
): AsyncGenerator<TrainEvent, Trouble | null> {
  const trouble = (yield* watch(run, () => run.guard.observe(event))) ?? (yield* validateIfDue(run));
  if (trouble) return trouble;
  if (control.paused) yield* pause(run, control);
  if (control.stopped || isOver(run) || !isDueWithinEpoch(run)) return null;
  const ruined = yield* save(run);
  run.progress.restartStepClock();
  return ruined;
}

async function* afterEpoch(
  run: ActiveRun,
  { epoch }: EpochEvent,
): AsyncGenerator<TrainEvent, Trouble | null> {
  yield await saveGrid(run, epoch);
  run.progress.finishEpoch();
  return isDue(run) ? yield* save(run) : null;
}

/** Reports what the guard has found, and returns it if training can't simply continue. */
function* watch(run: ActiveRun, find: () => Trouble | null): Generator<TrainEvent, Trouble | null> {
  const { request, position } = run;
  const trouble = request.config.guard.action === 'off' ? null : find();
  if (!trouble) return null;
  const { kind, text } = trouble;
  yield { type: 'guard', trouble: kind, epoch: position.epoch, step: position.step, text };
  return endsRun(run, trouble) ? trouble : null;
}

/** Saves a checkpoint, unless this step is saved already or the weights turn out to be ruined. */
async function* save(run: ActiveRun): AsyncGenerator<TrainEvent, Trouble | null> {
  if (run.saved.step === run.position.step) return null;
  await run.trainee.pull();
  const trouble = yield* watch(run, () => run.guard.checkWeights(run.position.step));
  if (!trouble) yield await saveCheckpoint(run);
  return trouble;
}

function isOver(run: ActiveRun): boolean {
  return run.progress.isOver(run.position.step) || shouldStopEarly(run);
}

/** The best weights so far are kept, so they have to be saved before they change. */
async function* validateIfDue(run: ActiveRun): AsyncGenerator<TrainEvent, Trouble | null> {
  if (!isValidationDue(run)) return null;
  await run.trainee.pull();
  const validation = await validate(run);
  yield validation;
  const trouble = validation.isBest ? yield* save(run) : null;
  if (shouldStopEarly(run)) {
    const { patience } = run.config.validation;
    yield { type: 'note', text: `no improvement in ${patience} validations: the run ends here` };
  }
  run.progress.restartStepClock();
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

function* notesOf({ runData }: ActiveRun): Generator<TrainEvent> {
  for (const text of runData.notes.splice(0)) yield { type: 'note', text };
}

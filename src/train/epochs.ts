import type { TrainEvent } from '../runs/events.ts';
import type { StepLosses } from '../training/algorithms.ts';
import { learningRateAt } from '../training/schedule.ts';
import type { TrainingControl } from './control.ts';
import type { Course } from './course.ts';
import type { Trouble } from './guard/guard.ts';
import { endsCourse } from './guard/rollback.ts';
import { saveGrid } from './samples.ts';
import { saveCheckpoint } from './save-checkpoint.ts';
import { hasConverged, isValidationDue, validate } from './validation.ts';

/**
 * The rest of a run: steps, and after each epoch its pictures and a checkpoint. Once asked to stop, it finishes the
 * step at hand, saves, and comes back. Returns the trouble that ended it before, or null.
 */
export async function* trainEpochs(
  course: Course,
  control: TrainingControl,
): AsyncGenerator<TrainEvent, Trouble | null> {
  const { progress, request } = course;
  const { config } = request;
  yield* notesOf(course);
  while (course.position.epoch < config.epochs && !isOver(course) && !control.stopped) {
    const end = yield* trainEpoch(course, control);
    if (typeof end === 'object') return end;
    if (control.stopped) break;
    const { epoch, step } = course.position;
    yield { type: 'epoch', epoch, seconds: progress.epochSeconds };
    yield await saveGrid(course);
    if (end === 'whole') course.position = { epoch: epoch + 1, batch: 0, step };
    progress.finishEpoch();
    const trouble = isDue(course) ? yield* save(course) : null;
    if (trouble) return trouble;
  }
  return course.position.step > course.saved.step ? yield* save(course) : null;
}

/** Trains to the end of the epoch, unless a limit, the user or a trouble ends it before. */
async function* trainEpoch(
  course: Course,
  control: TrainingControl,
): AsyncGenerator<TrainEvent, 'whole' | 'part' | Trouble> {
  const { progress, source, request, guard } = course;
  const { epoch, batch: from } = course.position;
  const batches = source.epoch(epoch, from);
  progress.startSteps();
  try {
    for (let batch = from; ; batch++) {
      const { value: pairs, done } = await progress.waiting(batches.next());
      if (done) return 'whole';
      const rate = learningRateAt(request.config, epoch + batch / progress.stepsPerEpoch);
      const losses = await course.trainee.step(pairs, rate * course.rollbacks.rate);
      progress.finishStep();
      const step = course.position.step + 1;
      course.position = { epoch, batch: batch + 1, step };
      yield* notesOf(course);
      yield stepEvent(epoch, batch, losses, course);
      const trouble =
        (yield* watch(course, () => guard.observe(step, losses))) ?? (yield* validateIfDue(course));
      if (trouble) return trouble;
      if (control.paused) yield* pause(course, control);
      if (isOver(course) || control.stopped) return batch + 1 >= progress.stepsPerEpoch ? 'whole' : 'part';
      if (isDueWithinEpoch(course)) {
        const trouble = yield* save(course);
        if (trouble) return trouble;
        progress.startSteps();
      }
    }
  } finally {
    await batches.return();
  }
}

/** Says what the guard has found, and returns it where it ends the course. */
function* watch(course: Course, find: () => Trouble | null): Generator<TrainEvent, Trouble | null> {
  const { request, position } = course;
  const trouble = request.config.guard.action === 'off' ? null : find();
  if (!trouble) return null;
  const { kind, text } = trouble;
  yield { type: 'guard', trouble: kind, epoch: position.epoch, step: position.step, text };
  return endsCourse(course, trouble) ? trouble : null;
}

/** Saves a checkpoint, unless the weights turn out to be ruined. */
async function* save(course: Course): AsyncGenerator<TrainEvent, Trouble | null> {
  await course.trainee.pull();
  const trouble = yield* watch(course, () => course.guard.checkWeights(course.position.step));
  if (!trouble) yield await saveCheckpoint(course);
  return trouble;
}

function isOver(course: Course): boolean {
  return course.progress.isOver(course.position.step) || hasConverged(course);
}

/** The best so far is kept, so it has to be saved before the weights change. */
async function* validateIfDue(course: Course): AsyncGenerator<TrainEvent, Trouble | null> {
  if (!isValidationDue(course)) return null;
  await course.trainee.pull();
  const validation = await validate(course);
  yield validation;
  const trouble = validation.isBest ? yield* save(course) : null;
  if (hasConverged(course)) {
    const { patience } = course.request.config.validation;
    yield { type: 'note', text: `nothing better in ${patience} validations: the run ends here` };
  }
  course.progress.startSteps();
  return trouble;
}

/** After an epoch; the last checkpoint, of whatever place, is the end's. */
function isDue({ position, best, request: { config } }: Course): boolean {
  return position.epoch % config.checkpoints.everyEpochs === 0 || best?.step === position.step;
}

function isDueWithinEpoch({ position, progress, saved, request: { config } }: Course): boolean {
  const { everyMinutes, everySteps } = config.checkpoints;
  if (everySteps !== null && position.step % everySteps === 0) return true;
  return everyMinutes !== null && progress.seconds - saved.seconds >= everyMinutes * 60;
}

async function* pause(
  { progress, position: { step } }: Course,
  control: TrainingControl,
): AsyncGenerator<TrainEvent> {
  yield { type: 'pause', step };
  await progress.leavingOut(control.untilContinued());
  if (!control.stopped) yield { type: 'continue', step };
}

function* notesOf({ material }: Course): Generator<TrainEvent> {
  for (const text of material.notes.splice(0)) yield { type: 'note', text };
}

function stepEvent(epoch: number, batch: number, losses: StepLosses, course: Course): TrainEvent {
  const { step } = course.position;
  return {
    type: 'step',
    epoch,
    batch,
    step,
    discriminatorLoss: losses.discriminator,
    generatorLoss: losses.generator,
    l1: losses.l1,
    ...course.progress.report(step),
  };
}

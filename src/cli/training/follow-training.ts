import { explainFileError } from '../../files/file-error.ts';
import type { TrainEvent } from '../../runs/events.ts';
import type { Tracker } from '../../tracking/tracker.ts';
import type { TrainingRun } from '../../train/start.ts';
import { onInterrupt } from '../terminal.ts';
import { barReporter } from './bar.ts';
import { plainReporter } from './plain.ts';
import { jsonReporter, type Reporter } from './reporter.ts';

/** What came of a run. */
export interface TrainingOutcome {
  /** Paths of the last grid of pictures and the last checkpoint. */
  readonly grid?: string;
  readonly checkpoint?: string;
  /** Path of the best checkpoint, if the run was validated. */
  readonly best?: string;
  /** Whether it was stopped before its end. */
  readonly stopped: boolean;
}

/**
 * Shows a run's events until it ends. Ctrl-C lets it finish its step and save; a second one quits immediately.
 */
export async function followTraining(
  run: TrainingRun,
  { json, trackers = [] }: { readonly json: boolean; readonly trackers?: readonly Tracker[] },
): Promise<TrainingOutcome> {
  const reporter = chooseReporter(json);
  const release = stopOnInterrupt(run, reporter);
  const active = new Set(trackers);
  let outcome: TrainingOutcome = { stopped: false };
  let bestStep: number | undefined;
  try {
    for await (const event of run) {
      reporter.show(event);
      await recordWith(active, event, reporter);
      if (event.type === 'sample' && event.kind === 'grid') outcome = { ...outcome, grid: event.path };
      if (event.type === 'validation' && event.isBest) bestStep = event.step;
      if (event.type === 'checkpoint') {
        outcome = {
          ...outcome,
          checkpoint: event.path,
          ...(event.step === bestStep && { best: event.path }),
        };
      }
      if (event.type === 'end') outcome = { ...outcome, stopped: event.reason === 'stopped' };
    }
  } finally {
    release();
    reporter.close();
    for (const tracker of trackers) await tracker.close().catch(() => {});
  }
  return outcome;
}

/** Records an event; a tracker that fails is dropped with a note, and the training continues. */
async function recordWith(active: Set<Tracker>, event: TrainEvent, reporter: Reporter): Promise<void> {
  for (const tracker of [...active]) {
    await tracker.record(event).catch(error => {
      active.delete(tracker);
      reporter.show({
        type: 'note',
        text: `No more is written to ${tracker.path}: ${explainFileError(error)}`,
      });
    });
  }
}

function chooseReporter(json: boolean): Reporter {
  if (json) return jsonReporter();
  return process.stdout.isTTY ? barReporter() : plainReporter();
}

function stopOnInterrupt(run: TrainingRun, reporter: Reporter): () => void {
  return onInterrupt({
    ask() {
      const text =
        'Finishing this step and saving; a second Ctrl-C or signal quits immediately and keeps the last checkpoint';
      reporter.show({ type: 'note', text });
      run.stop();
    },
    leave: () => reporter.close(),
  });
}

import type { EndEvent } from '../train/events.ts';
import type { TrainingRun } from '../train/start.ts';
import { barReporter } from './reporters/bar.ts';
import { plainReporter } from './reporters/plain.ts';
import { jsonReporter, type Reporter } from './reporters/reporter.ts';

/** Shows a run's events until it ends. Ctrl-C lets it finish its step and save; twice leaves at once. */
export async function followTraining(
  run: TrainingRun,
  { json }: { readonly json: boolean },
): Promise<EndEvent | undefined> {
  const reporter = chooseReporter(json);
  const release = stopOnInterrupt(run);
  let end: EndEvent | undefined;
  try {
    for await (const event of run) {
      reporter.show(event);
      if (event.type === 'end') end = event;
    }
  } finally {
    release();
    reporter.close();
  }
  return end;
}

function chooseReporter(json: boolean): Reporter {
  if (json) return jsonReporter();
  return process.stdout.isTTY ? barReporter() : plainReporter();
}

const interruptedStatus = 130;

function stopOnInterrupt(run: TrainingRun): () => void {
  let asked = false;
  const onSignal = () => {
    if (asked) process.exit(interruptedStatus);
    asked = true;
    console.error('\nFinishing this step, then saving; Ctrl-C again leaves at once, without saving');
    run.stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

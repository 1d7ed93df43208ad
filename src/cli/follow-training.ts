import type { TrainingRun } from '../train/start.ts';
import { barReporter } from './reporters/bar.ts';
import { plainReporter } from './reporters/plain.ts';
import { jsonReporter, type Reporter } from './reporters/reporter.ts';

/**
 * Shows a run's events until it ends, and returns the path of its last grid of pictures.
 * Ctrl-C lets it finish its step and save; twice leaves at once.
 */
export async function followTraining(
  run: TrainingRun,
  { json }: { readonly json: boolean },
): Promise<string | undefined> {
  const reporter = chooseReporter(json);
  const release = stopOnInterrupt(run, reporter);
  let lastGrid: string | undefined;
  try {
    for await (const event of run) {
      reporter.show(event);
      if (event.type === 'sample' && event.kind === 'grid') lastGrid = event.path;
    }
  } finally {
    release();
    reporter.close();
  }
  return lastGrid;
}

function chooseReporter(json: boolean): Reporter {
  if (json) return jsonReporter();
  return process.stdout.isTTY ? barReporter() : plainReporter();
}

function stopOnInterrupt(run: TrainingRun, reporter: Reporter): () => void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (asked) return leave(signal);
    asked = true;
    const text = 'finishing this step, then saving; Ctrl-C again leaves at once, without saving';
    reporter.show({ type: 'note', text });
    run.stop();
  };
  const release = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  const leave = (signal: NodeJS.Signals) => {
    reporter.close();
    release();
    // Shells see status 130, and the training process ends with this one.
    process.kill(process.pid, signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return release;
}

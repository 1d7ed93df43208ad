import type { TrainEvent } from '../../runs/events.ts';

/** Where the events of a training run are shown. */
export interface Reporter {
  show(event: TrainEvent): void;
  /** Leaves the terminal as it was found; also called after an error. */
  close(): void;
}

/** Each event as one line of JSON, for scripts. */
export function jsonReporter(): Reporter {
  return {
    show: event => process.stdout.write(`${JSON.stringify(event)}\n`),
    close: () => undefined,
  };
}

import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { TrainEvent } from './events.ts';
import { runPaths } from './run-folder.ts';

/** A run's history on disk, `log.jsonl`: one event a line. */
export interface EventLog {
  append(event: TrainEvent): void;
  close(): Promise<void>;
}

/** Opens a run's log at its end. The log is a convenience: where the disk refuses it, training goes on without. */
export function openEventLog(runFolder: string): EventLog {
  const stream = createWriteStream(runPaths(runFolder).log, { flags: 'a' });
  stream.on('error', () => {});
  return {
    append: event => {
      if (!stream.destroyed) stream.write(`${JSON.stringify(event)}\n`);
    },
    close: async () => {
      stream.end();
      await finished(stream).catch(() => {});
    },
  };
}

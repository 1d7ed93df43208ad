import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { TrainEvent } from './events.ts';
import { runPaths } from './run-folder.ts';

/** A run's event log, `log.jsonl`: one event per line. */
export interface EventLog {
  /** Returns the bytes of the log then: it ends with this event, unless the disk refused it. */
  append(event: TrainEvent): number;
  /** Waits until all lines are on the disk. Returns the length of the log in bytes. */
  flush(): number;
  /** Truncates the log to `length` bytes; a resumed run writes the rest again. */
  cut(length: number): void;
  close(): void;
}

/**
 * Opens a run's log for appending. Lines are handed to the system before `append` returns, so that a killed run keeps
 * them. The log is a convenience: if a line can't be written, training continues without it.
 */
export function openEventLog(runFolder: string): EventLog {
  const file = openQuietly(runPaths(runFolder).log);
  if (file === undefined) return missingLog();
  let length = fstatSync(file).size;
  const cut = (to: number) => {
    length = Math.min(length, to);
    quietly(() => ftruncateSync(file, length));
  };
  return {
    append: event => {
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      try {
        length += writeLine(file, line, length);
      } catch {
        cut(length);
      }
      return length;
    },
    flush: () => {
      quietly(() => fsyncSync(file));
      return length;
    },
    cut,
    close: () => closeSync(file),
  };
}

/** Stands for a log that can't be opened: it keeps the length up to which the run's earlier log is valid. */
function missingLog(): EventLog {
  let length = 0;
  return {
    append: () => length,
    flush: () => length,
    cut: to => {
      length = to;
    },
    close: () => {},
  };
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Training continues without the log.
  }
}

function openQuietly(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT);
  } catch {
    return undefined;
  }
}

/** Writes `line` at `position` and returns its length in bytes. */
function writeLine(file: number, line: Buffer, position: number): number {
  for (let done = 0; done < line.length; ) {
    done += writeSync(file, line, done, line.length - done, position + done);
  }
  return line.length;
}

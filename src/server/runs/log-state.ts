import { type FileHandle, open } from 'node:fs/promises';
import type { EndEvent, StartEvent, StepEvent, TrainEvent } from '../../runs/events.ts';

/** A run's state according to its latest events. */
export interface LogState {
  readonly start?: StartEvent | undefined;
  readonly step?: StepEvent | undefined;
  /** How it ended; undefined while it trains, or if its process was killed. */
  readonly end?: EndEvent | undefined;
  /** ISO 8601. */
  readonly updated: string;
}

const tailBytes = 1 << 16;
const known = new Map<string, { readonly stamp: string; readonly state: LogState }>();

/** Undefined if there is no log. Logs that have not grown are not read again. */
export async function readLogState(path: string): Promise<LogState | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size, mtime } = await file.stat();
    const stamp = `${size} ${mtime.getTime()}`;
    const cached = known.get(path);
    if (cached?.stamp === stamp) return cached.state;
    const tailFrom = Math.max(size - tailBytes, 0);
    const tail = eventsIn(await part(file, tailFrom, size));
    const start = tail.some(({ type }) => type === 'start') ? [] : await lastStart(file, tailFrom);
    const state = {
      ...[...start, ...tail].reduce<LogState | null>(stateAfter, null),
      updated: mtime.toISOString(),
    };
    known.set(path, { stamp, state });
    return state;
  } finally {
    await file.close();
  }
}

/** The state after one more event. */
export function stateAfter(state: LogState | null, event: TrainEvent): LogState {
  return {
    start: event.type === 'start' ? event : state?.start,
    step: event.type === 'step' ? event : state?.step,
    end: event.type === 'end' ? event : undefined,
    updated: new Date().toISOString(),
  };
}

const startMark = '{"type":"start"';
const searchedBytes = 1 << 20;

/** The last start event that begins before `end`, if any: a run has one for each time that it was resumed. */
async function lastStart(file: FileHandle, end: number): Promise<TrainEvent[]> {
  for (let to = end; to > 0; to -= searchedBytes) {
    const from = Math.max(to - searchedBytes, 0);
    const at = (await part(file, from, to + startMark.length - 1)).lastIndexOf(startMark);
    if (at >= 0) return eventsIn(await part(file, from + at, from + at + tailBytes)).slice(0, 1);
  }
  return [];
}

/** The bytes of a file from one place to another, or its end. */
async function part(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.subarray(0, bytesRead);
}

/** The events of whole lines; incomplete ones at both ends are skipped. */
function eventsIn(bytes: Buffer): TrainEvent[] {
  return bytes
    .toString()
    .split('\n')
    .flatMap(line => {
      try {
        return line === '' ? [] : [JSON.parse(line) as TrainEvent];
      } catch {
        return [];
      }
    });
}

import { open } from 'node:fs/promises';
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

const headBytes = 1 << 16;
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
    const part = async (from: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return eventsIn(buffer.toString('utf8', 0, bytesRead));
    };
    const head = await part(0, Math.min(size, headBytes));
    const tail = size <= headBytes ? [] : await part(Math.max(size - tailBytes, 0), tailBytes);
    const state = {
      ...[...head, ...tail].reduce<LogState | null>(stateAfter, null),
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

/** The events of whole lines; incomplete ones at both ends are skipped. */
function eventsIn(text: string): TrainEvent[] {
  return text.split('\n').flatMap(line => {
    try {
      return line === '' ? [] : [JSON.parse(line) as TrainEvent];
    } catch {
      return [];
    }
  });
}

import { open } from 'node:fs/promises';
import type { CheckpointEvent, EndEvent, StartEvent, StepEvent, TrainEvent } from '../../runs/events.ts';

/** What the end of a run's log tells; the whole is read only by those who want to see it. */
export interface LogState {
  readonly start: StartEvent | undefined;
  readonly step: StepEvent | undefined;
  readonly checkpoint: CheckpointEvent | undefined;
  /** How it ended; undefined while it goes on, or where its process was killed. */
  readonly end: EndEvent | undefined;
  /** ISO 8601. */
  readonly updated: string;
}

const headBytes = 1 << 16;
const tailBytes = 1 << 16;
const known = new Map<string, { readonly stamp: string; readonly state: LogState }>();

/** Undefined where there is no log. Logs that have not grown are not read again. */
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
    const tail = size <= headBytes ? head : await part(Math.max(size - tailBytes, 0), tailBytes);
    const state = { ...stateOf(head, tail), updated: mtime.toISOString() };
    known.set(path, { stamp, state });
    return state;
  } finally {
    await file.close();
  }
}

function stateOf(head: readonly TrainEvent[], tail: readonly TrainEvent[]): Omit<LogState, 'updated'> {
  const last = tail.at(-1);
  return {
    start: lastOf(tail, 'start') ?? lastOf(head, 'start'),
    step: lastOf(tail, 'step'),
    checkpoint: lastOf(tail, 'checkpoint'),
    end: last?.type === 'end' ? last : undefined,
  };
}

function lastOf<Type extends TrainEvent['type']>(
  events: readonly TrainEvent[],
  type: Type,
): Extract<TrainEvent, { type: Type }> | undefined {
  return events.findLast((event): event is Extract<TrainEvent, { type: Type }> => event.type === type);
}

/** The events of whole lines; what is cut off at either end is passed over. */
function eventsIn(text: string): TrainEvent[] {
  return text.split('\n').flatMap(line => {
    try {
      return line === '' ? [] : [JSON.parse(line) as TrainEvent];
    } catch {
      return [];
    }
  });
}

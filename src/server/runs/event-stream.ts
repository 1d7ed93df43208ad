import type { RunState } from '../api.ts';
import { type Lines, type LogTail, readLines } from './log-tail.ts';

export interface StreamOptions {
  /** Position in the log to continue from, in bytes. */
  readonly from: number;
  /** About how many past step events to send; undefined: all. */
  readonly points: number | undefined;
  /** Whether to keep the stream open for new events. */
  readonly follow: boolean;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

const heartbeat = 15_000;
const stepBytes = 240;

/**
 * A run's log as server-sent events: every line is a message whose id is the byte after it, so that a client can continue
 * where it was; also `status`, `caughtup` and `reset`. Live and saved runs look the same. Each client reads at its own pace;
 * those at the end share one read and one encoding of new events.
 */
export async function* eventStream(
  tail: LogTail,
  state: () => Promise<RunState>,
  { from, points, follow, signal }: StreamOptions,
): AsyncGenerator<Buffer | string> {
  const leave = await tail.watch();
  const thinning = points === undefined ? null : new Thinning(tail.end - from, points);
  let at = from;
  let caughtUp = false;
  let sentStatus = '';
  try {
    while (!signal.aborted) {
      const status = JSON.stringify(await state());
      if (status !== sentStatus) yield message('status', status);
      sentStatus = status;
      if (at < tail.end) {
        const lines = tail.newest?.from === at ? tail.newest : await readLines(tail.path, at, tail.end);
        if (lines && lines.bytes.length > 0) {
          at = lines.to;
          yield caughtUp || !thinning ? framed(lines) : frame(lines, line => thinning.keeps(line));
          continue;
        }
      }
      if (at !== tail.end && at > 0) {
        at = 0;
        caughtUp = false;
        yield message('reset', '{}');
        continue;
      }
      if (!caughtUp) {
        const last = thinning?.last();
        if (last) yield last;
        yield message('caughtup', '{}');
        caughtUp = true;
      }
      if (!follow) return;
      const before = tail.end;
      await tail.changed(signal, heartbeat);
      if (tail.end === before) yield ':\n\n';
    }
  } finally {
    leave();
  }
}

function message(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}

const frames = new WeakMap<Lines, Buffer>();

/** All lines as messages, encoded once for all clients. */
function framed(lines: Lines): Buffer {
  let made = frames.get(lines);
  if (!made) {
    made = frame(lines, () => true);
    frames.set(lines, made);
  }
  return made;
}

/** A message of the log: the bytes of its line, and the position of its end. */
interface Line {
  readonly bytes: Buffer;
  readonly to: number;
}

function frame({ from, bytes }: Lines, keeps: (line: Line) => boolean): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    const line = { bytes: bytes.subarray(start, end), to: from + end + 1 };
    if (keeps(line)) parts.push(frameLine(line));
    start = end + 1;
  }
  return Buffer.concat(parts);
}

function frameLine({ bytes, to }: Line): Buffer {
  return Buffer.concat([Buffer.from(`id: ${to}\ndata: `), bytes, Buffer.from('\n\n')]);
}

/** Passes every k-th step, and all other events. */
class Thinning {
  private readonly every: number;
  private steps = 0;
  private skipped: string | null = null;

  constructor(bytes: number, points: number) {
    this.every = Math.max(1, Math.ceil(bytes / stepBytes / points));
  }

  keeps(line: Line): boolean {
    if (!line.bytes.subarray(0, stepStart.length).equals(stepStart)) return true;
    const kept = this.steps++ % this.every === 0;
    this.skipped = kept ? null : line.bytes.toString();
    return kept;
  }

  /** The last step, if it was skipped; without an id, since later lines have been sent. */
  last(): string {
    return this.skipped ? `data: ${this.skipped}\n\n` : '';
  }
}

const stepStart = Buffer.from('{"type":"step"');

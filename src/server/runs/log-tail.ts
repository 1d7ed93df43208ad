import { open, stat } from 'node:fs/promises';
import type { TrainEvent } from '../../runs/events.ts';

/** Whole lines of a log, from one byte to another. */
export interface Lines {
  readonly from: number;
  readonly to: number;
  readonly bytes: Buffer;
}

const watchEvery = 250;
const flushEvery = 250;
const chunkSize = 1 << 20;

/**
 * Follows a growing log, for all its watchers. A training of this server passes its events; any other log is read four times
 * a second while it has watchers. It need not exist yet.
 */
export class LogTail {
  /** Where the last whole line ends. */
  end = 0;
  /** The bytes added last. */
  newest: Lines | null = null;
  private watchers = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushTimer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> = Promise.resolve();
  private readonly unflushed: { readonly line: Buffer; readonly end: number }[] = [];
  private readonly waiting = new Set<() => void>();

  /** @param receivesEvents whether a training of this server writes the log now, so that `add` gets all of its events. */
  constructor(
    readonly path: string,
    private readonly receivesEvents = () => false,
  ) {}

  /** Starts to watch, once the current end of the log is known. @returns a function that stops watching. */
  async watch(): Promise<() => void> {
    if (++this.watchers === 1) {
      this.timer = setInterval(() => {
        if (!this.receivesEvents()) void this.refresh();
      }, watchEvery);
    }
    await this.refresh();
    return () => {
      if (--this.watchers === 0) clearInterval(this.timer);
    };
  }

  /**
   * Takes an event whose line was just written to the log.
   * @param end where the line ends in the log, in bytes.
   */
  add(event: TrainEvent, end: number): void {
    if (this.watchers === 0) return;
    // A resumed run first truncates its log to its checkpoint.
    if (event.type === 'start') return void this.refresh();
    this.unflushed.push({ line: Buffer.from(`${JSON.stringify(event)}\n`), end });
    this.flushTimer ??= setTimeout(() => this.flush(), flushEvery);
  }

  /** Wakes all waiting watchers, for example when a run's state changes. */
  wake(): void {
    for (const proceed of [...this.waiting]) proceed();
  }

  /** Resolves at the next change, when `signal` is aborted, or after `milliseconds`. */
  changed(signal: AbortSignal, milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const proceed = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', proceed);
        this.waiting.delete(proceed);
        resolve();
      };
      const timer = setTimeout(proceed, milliseconds);
      signal.addEventListener('abort', proceed);
      this.waiting.add(proceed);
      if (signal.aborted) proceed();
    });
  }

  /** Joins the events received; if they don't follow the known end, reads the log instead. */
  private flush(): void {
    this.flushTimer = undefined;
    const lines = this.unflushed.splice(0).filter(({ end }) => end > this.end);
    const to = lines.at(-1)?.end;
    if (to === undefined) return;
    const bytes = Buffer.concat(lines.map(({ line }) => line));
    if (this.end + bytes.length === to) this.append({ from: this.end, to, bytes });
    else void this.refresh();
  }

  private append(lines: Lines): void {
    this.newest = lines;
    this.end = lines.to;
    this.wake();
  }

  private refresh(): Promise<void> {
    // A log that can't be read now is read again at the next turn.
    this.refreshing = this.refreshing.then(() => this.readNew()).catch(() => {});
    return this.refreshing;
  }

  private async readNew(): Promise<void> {
    const size = await stat(this.path).then(
      found => found.size,
      () => 0,
    );
    if (size < this.end) this.restart();
    if (size <= this.end) return;
    const from = this.end;
    const lines = await readLines(this.path, from, size);
    // Events that arrived meanwhile contain it already.
    if (this.end !== from) return;
    // Truncated, and grown beyond its old end, between two reads.
    if (!lines) return this.restart();
    if (lines.bytes.length === 0) return;
    this.append(lines);
  }

  /** Starts over after the log was replaced. */
  private restart(): void {
    this.end = 0;
    this.newest = null;
    this.wake();
  }
}

/** Up to 1 MiB of whole lines from byte `from` on; empty if the first is incomplete, null if no line begins there. */
export async function readLines(path: string, from: number, end: number): Promise<Lines | null> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return null;
  try {
    // A line begins here if the previous byte ended one.
    const before = from > 0 ? 1 : 0;
    const length = Math.min(end - from, chunkSize);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(before + length),
      0,
      before + length,
      from - before,
    );
    if (before === 1 && buffer[0] !== newline) return null;
    const bytes = buffer.subarray(before, buffer.lastIndexOf(newline, bytesRead - 1) + 1);
    return { from, to: from + bytes.length, bytes };
  } finally {
    await file.close();
  }
}

const newline = 0x0a;

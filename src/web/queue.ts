interface Job {
  readonly latest: boolean;
  start(): Promise<void>;
  /** Ends it without a result. */
  drop(): void;
}

export interface JobOptions {
  /** Whether a later job that also is `latest` takes the place of this one while it waits. */
  readonly latest?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Does one job at a time, in order. */
export class JobQueue {
  readonly #waiting: Job[] = [];
  #busy = false;

  /**
   * The result of `work`; null if a later job took its place. Rejects at once with the signal's reason when that is
   * aborted, though work that has begun goes on.
   */
  add<Result>(work: () => Promise<Result>, { latest = false, signal }: JobOptions): Promise<Result | null> {
    return new Promise<Result | null>((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        this.#remove(job);
        reject(signal!.reason);
      };
      const end = () => signal?.removeEventListener('abort', abort);
      const job: Job = {
        latest,
        start: () => work().then(resolve, reject).finally(end),
        drop: () => {
          end();
          resolve(null);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      if (latest) for (const other of this.#waiting.filter(each => each.latest)) this.#remove(other)?.drop();
      this.#waiting.push(job);
      void this.#work();
    });
  }

  #remove(job: Job): Job | undefined {
    const place = this.#waiting.indexOf(job);
    return place < 0 ? undefined : this.#waiting.splice(place, 1)[0];
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) await job.start();
    this.#busy = false;
  }
}

import { UserError } from '../../core/errors.ts';
import type { EndEvent, TrainEvent } from '../../runs/events.ts';
import { removeUnsavedRun } from '../../runs/run-folder.ts';
import type { TrainRequest } from '../../train/request.ts';
import { startTraining, type TrainingRun } from '../../train/start.ts';
import type { RunStatus } from '../api.ts';
import { Refusal } from '../errors.ts';
import { type LogState, stateAfter } from './log-state.ts';

/** A training of this server, from the request to its end. */
export interface Job {
  readonly id: string;
  readonly request: TrainRequest;
  /** ISO 8601. */
  readonly requestedAt: string;
  status: RunStatus;
  /** Why it failed. */
  message: string | null;
  run: TrainingRun | null;
  /** From its events; null before the first. */
  progress: LogState | null;
}

/** The status of a training that ended without an error. */
const endings: Record<EndEvent['reason'], RunStatus> = { finished: 'finished', stopped: 'stopped' };

/**
 * Trainings in separate processes, a limited number at once; the others wait in order of arrival. A paused one gives up its
 * place, and may have to wait when it continues.
 */
export class TrainingQueue {
  private readonly jobs = new Map<string, Job>();
  private readonly ends = new Set<Promise<void>>();
  private closing = false;

  constructor(
    private readonly options: {
      readonly slots: number;
      /** Called after each change of a job's status. */
      readonly onChange: (job: Job) => void;
      /** Called with each event of a job, and the bytes of the run's log up to it. */
      readonly onEvent: (job: Job, event: TrainEvent, logged: number) => void;
      /** Called with internal errors. */
      readonly onError: (error: unknown) => void;
    },
  ) {}

  get(id: string): Job | undefined {
    return this.jobs.get(id);
  }

  all(): Job[] {
    return [...this.jobs.values()];
  }

  withStatus(...wanted: RunStatus[]): Job[] {
    return this.all().filter(({ status }) => wanted.includes(status));
  }

  /** Starts a training, or appends it to the queue. An earlier job of the same run has to be over. */
  add(id: string, request: TrainRequest): Job {
    this.assertOver(id);
    const job: Job = {
      id,
      request,
      requestedAt: new Date().toISOString(),
      status: 'queued',
      message: null,
      run: null,
      progress: null,
    };
    this.jobs.delete(id);
    this.jobs.set(id, job);
    this.schedule();
    return job;
  }

  /** Whether this server trains the run and so gets all of its events. */
  isTraining(id: string): boolean {
    const job = this.jobs.get(id);
    return job !== undefined && !isOver(job);
  }

  /** Throws {@link Refusal} if the run is training. */
  assertOver(id: string): void {
    const job = this.jobs.get(id);
    if (job && !isOver(job)) throw new Refusal(409, `Cannot train "${id}": it is ${job.status} already`);
  }

  pause(id: string): void {
    const job = this.expect(id, 'pause', ['running']);
    job.run?.pause();
    this.setStatus(job, 'paused');
    this.schedule();
  }

  /** Continues a paused job as soon as there is a place for it. */
  resume(id: string): void {
    this.setStatus(this.expect(id, 'resume', ['paused']), 'queued');
    this.schedule();
  }

  /** Stops a training, which then saves. A new one that has not started yet leaves no folder. */
  async stop(id: string): Promise<void> {
    const job = this.expect(id, 'stop', ['queued', 'running', 'paused']);
    job.run?.stop();
    this.setStatus(job, job.run ? 'stopping' : 'stopped');
    if (!job.run && !job.request.resume) await removeUnsavedRun(job.request.runFolder);
  }

  /** Stops all, and waits until they have saved. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.withStatus('queued', 'running', 'paused').map(({ id }) => this.stop(id)));
    await Promise.all(this.ends);
  }

  private expect(id: string, action: string, from: readonly RunStatus[]): Job {
    const job = this.jobs.get(id);
    if (job && from.includes(job.status)) return job;
    throw new Refusal(409, `Cannot ${action} "${id}": it is ${job ? job.status : 'not training here'}`);
  }

  private schedule(): void {
    while (!this.closing && this.withStatus('running', 'stopping').length < this.options.slots) {
      const [next] = this.withStatus('queued');
      if (!next) return;
      if (next.run) next.run.continue();
      else this.begin(next);
      this.setStatus(next, 'running');
    }
  }

  private begin(job: Job): void {
    job.run = startTraining(job.request);
    const end = this.follow(job, job.run).finally(() => {
      this.ends.delete(end);
      this.schedule();
    });
    this.ends.add(end);
  }

  private async follow(job: Job, run: TrainingRun): Promise<void> {
    try {
      for await (const event of run) {
        job.progress = stateAfter(job.progress, event);
        this.options.onEvent(job, event, run.logged);
      }
      const end = job.progress?.end;
      this.setStatus(job, end ? endings[end.reason] : 'stopped');
    } catch (error) {
      job.message =
        error instanceof UserError
          ? error.message
          : 'The training failed unexpectedly; the terminal that runs the studio shows why';
      if (!(error instanceof UserError)) this.options.onError(error);
      this.setStatus(job, 'failed');
    }
  }

  private setStatus(job: Job, status: RunStatus): void {
    job.status = status;
    this.options.onChange(job);
  }
}

/** Whether a training has ended, for whatever reason. */
export function isOver({ status }: Job): boolean {
  return status === 'finished' || status === 'stopped' || status === 'failed';
}

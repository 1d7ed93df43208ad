import { runPaths } from '../../runs/run-folder.ts';
import type { RunState } from '../api.ts';
import type { Workspace } from '../workspace.ts';
import { currentState, findRun, type Run } from './catalog.ts';
import { LogTail } from './log-tail.ts';
import type { TrainingQueue } from './training-queue.ts';

/** A run's log and state, shared by all its followers. */
export class FollowedRun {
  readonly tail: LogTail;
  private readonly id: string;
  private reading: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly queue: TrainingQueue,
    { id, folder }: Run,
    private known: RunState,
  ) {
    this.id = id;
    this.tail = new LogTail(runPaths(folder).log, () => queue.isTraining(id));
  }

  /** The state now. `change` tells of trainings by this server; others have to be looked at. */
  async state(): Promise<RunState> {
    if (!this.queue.isTraining(this.id)) await this.refresh();
    return this.known;
  }

  /** Tells all followers of a change. */
  async change(): Promise<void> {
    await this.refresh();
    this.tail.wake();
  }

  /** Reads the state, after a reading under way; all who wait for that share the next one. */
  private refresh(): Promise<void> {
    this.next ??= this.reading
      .catch(() => {})
      .then(() => {
        this.next = undefined;
        this.reading = this.read();
        return this.reading;
      });
    return this.next;
  }

  /** The last state stays if the run was removed. */
  private async read(): Promise<void> {
    const run = await findRun(this.workspace, this.queue, this.id).catch(() => undefined);
    if (run) this.known = await currentState(run);
  }
}

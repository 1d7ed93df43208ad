import type { RunConfig } from '../config/config.ts';
import type { CachePlace } from '../data/loading/pair-cache.ts';
import type { PairFiles } from '../data/pair-files.ts';
import type { RunSource } from '../runs/run-folder.ts';
import type { DeviceName } from '../runtime/device.ts';

/** What a training is asked for at its start. */
export interface TrainRequest extends RunSource {
  /** An existing run folder: of `createRunFolder`, or with `resume` of a run. */
  readonly runFolder: string;
  readonly config: RunConfig;
  /** The training pairs in `data`, where they have been listed already. */
  readonly pairs?: readonly PairFiles[] | undefined;
  /** What computes; default: the processor. */
  readonly device?: DeviceName;
  /** Threads within an op, in each process; default: one per core that this process has to itself. */
  readonly threads?: number | undefined;
  /** Whether a launcher of MPI started this process, as the leader of several that train together. */
  readonly launched?: boolean;
  /** Where decoded pairs are kept; default: nowhere. */
  readonly cache?: CachePlace | undefined;
  /** Go on from the run's newest checkpoint; a run without any begins anew. See `resumeRequest`. */
  readonly resume?: boolean;
}

/** What can be asked of a run under way; it answers between two steps. */
export type ControlRequest = 'stop' | 'pause' | 'continue';

/** What a run has been asked, for the trainer to look at between steps. */
export class TrainingControl {
  private asked: ControlRequest = 'continue';
  private released = Promise.resolve();
  private release = () => {};

  get stopped(): boolean {
    return this.asked === 'stop';
  }

  get paused(): boolean {
    return this.asked === 'pause';
  }

  /** A later request replaces an earlier one, except that nothing takes back a stop. */
  ask(request: ControlRequest): void {
    if (this.stopped || request === this.asked) return;
    this.asked = request;
    this.release();
    if (request === 'pause') {
      this.released = new Promise(resolve => {
        this.release = resolve;
      });
    }
  }

  /** Comes back once the run is no longer paused. */
  untilContinued(): Promise<void> {
    return this.released;
  }
}

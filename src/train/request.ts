import type { RunConfig } from '../config/config.ts';
import type { CachePlace } from '../data/loading/pair-cache.ts';
import type { PairFiles } from '../data/pair-files.ts';
import type { RunSource } from '../runs/run-folder.ts';
import type { DeviceName } from '../runtime/device.ts';

/** What to train. */
export interface TrainRequest extends RunSource {
  /** An existing folder: from `createRunFolder`, or that of the run to `resume`. */
  readonly runFolder: string;
  readonly config: RunConfig;
  /** The training pairs in `data`, if they have been listed already. */
  readonly pairs?: readonly PairFiles[] | undefined;
  /** What computes; default: the CPU. */
  readonly device?: DeviceName;
  /** Threads within an op, in each process; default: one per core that this process has to itself. */
  readonly threads?: number | undefined;
  /**
   * The forms of convolutions on the CPU: `measured` on this machine; `shipped`; or those of the run in a folder. Default:
   * measured, but shipped in trainings of a few minutes. Resumed runs use those that they recorded, and several processes
   * together shipped ones.
   */
  readonly forms?: string | undefined;
  /** Whether a launcher of MPI started this process, as the leader of several that train together. */
  readonly launched?: boolean;
  /** Where decoded pairs are kept; default: nowhere. */
  readonly cache?: CachePlace | undefined;
  /** Resume from the run's newest checkpoint; a run without one starts from the beginning. See `resumeRequest`. */
  readonly resume?: boolean;
}

/** Controls a run; takes effect between two steps. */
export type ControlRequest = 'stop' | 'pause' | 'continue';

/** The current requests to a run, which the trainer reads between steps. */
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

  /** A later request replaces an earlier one, but a stop is final. */
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

  /** Resolves when the run is no longer paused. */
  untilContinued(): Promise<void> {
    return this.released;
  }
}

import type { RunConfig } from '../config/config.ts';
import type { CachePlace } from '../data/loading/pair-cache.ts';
import type { RunSource } from '../runs/run-config-file.ts';
import type { DeviceName } from '../runtime/device.ts';

/** What {@link train} is asked for. */
export interface TrainRequest extends RunSource {
  /** An existing run folder: of `createRunFolder`, or with `resume` of a run. */
  readonly runFolder: string;
  readonly config: RunConfig;
  /** What computes; default: the processor. */
  readonly device?: DeviceName;
  /** Where decoded pairs are kept; default: nowhere. */
  readonly cache?: CachePlace | undefined;
  /** Go on from the run's newest checkpoint; a run without any begins anew. See `resumeRequest`. */
  readonly resume?: boolean;
}

import type { RunConfig } from '../config/config.ts';
import type { Size } from '../core/sizes.ts';
import type { MetricName } from '../metrics/index.ts';
import type { DeviceName } from '../runtime/device.ts';

/** Where a run folder keeps its events, one JSON object per line. */
export const logFile = 'log.jsonl';

/** The events of a training run, in order. Plain data, which can be sent between threads and over networks. */
export type TrainEvent =
  | StartEvent
  | SizeEvent
  | StepEvent
  | SampleEvent
  | EpochEvent
  | CheckpointEvent
  | ValidationEvent
  | NoteEvent
  | GuardEvent
  | RollbackEvent
  | PauseEvent
  | ContinueEvent
  | EndEvent;

/** Sent once, after the networks have been built and the first pair decoded. */
export interface StartEvent {
  readonly type: 'start';
  readonly runFolder: string;
  readonly config: RunConfig;
  /** The device; missing in logs of older versions. */
  readonly device?: DeviceName;
  readonly pairs: number;
  readonly stepsPerEpoch: number;
  /** Steps of the whole run, unless its time limit ends it earlier. */
  readonly totalSteps: number;
  /** Steps done so far: 0, unless the run is resumed. */
  readonly step: number;
  /** Trainable parameters. */
  readonly parameters: { readonly generator: number; readonly discriminator: number };
  /** Seconds spent on building the graphs and sessions. */
  readonly buildSeconds: number;
}

/** In runs whose images grow: the size of images from step `step` + 1 on. */
export interface SizeEvent {
  readonly type: 'size';
  readonly step: number;
  readonly size: Size;
}

/** Sent after every training step (one batch). */
export interface StepEvent {
  readonly type: 'step';
  /** Counted from 0, as in the article's log. */
  readonly epoch: number;
  /** Batch within the epoch, counted from 0. */
  readonly batch: number;
  /** Steps done so far in the whole run, including this one. */
  readonly step: number;
  /** Expected steps of the whole run, including limits on steps and time. */
  readonly totalSteps: number;
  /** Mean of the discriminator's losses on real and generated pairs. */
  readonly discriminatorLoss: number;
  /** The generator's whole weighted objective. */
  readonly generatorLoss: number;
  /** Mean absolute error against the target on [−1, 1]; 0 if the objective has no L1 term. */
  readonly l1: number;
  readonly imagesPerSecond: number;
  /** Estimate, including limits on steps and time. */
  readonly secondsLeft: number;
  /** Share of time spent waiting for data since the epoch began, 0 to 1. */
  readonly waitingShare: number;
}

/** A picture was written: the first pair (`kind: 'pair'`) or an epoch's sample grid. */
export interface SampleEvent {
  readonly type: 'sample';
  readonly kind: 'pair' | 'grid';
  readonly epoch: number;
  readonly path: string;
}

export interface EpochEvent {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly seconds: number;
}

/** A checkpoint was written; `path` is its folder. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly epoch: number;
  readonly step: number;
  readonly path: string;
}

/** The validation pairs were translated and scored. */
export interface ValidationEvent {
  readonly type: 'validation';
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  /** Number of validation pairs. */
  readonly pairs: number;
  /** Means over the pairs by metric, for metrics that are defined at their size. */
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
  /** The metric that selects the best checkpoint, and whether this one is the best so far. */
  readonly metric: MetricName;
  readonly isBest: boolean;
  /** A picture of the first three pairs, the same ones each time. */
  readonly path: string;
}

/** A note for the user, in one sentence. */
export interface NoteEvent {
  readonly type: 'note';
  readonly text: string;
}

/** Kinds of training failure that the guard detects. */
export type TroubleKind = 'non-finite' | 'discriminator-won' | 'flat-output' | 'l1-rising';

/** Training is failing: `text` explains how, and what helps, in one sentence. */
export interface GuardEvent {
  readonly type: 'guard';
  readonly trouble: TroubleKind;
  readonly epoch: number;
  /** The step after which it was detected. */
  readonly step: number;
  readonly text: string;
}

/** The run returns to its state after `step` steps and continues from there with a lower learning rate. */
export interface RollbackEvent {
  readonly type: 'rollback';
  readonly epoch: number;
  readonly step: number;
  /** Factor on the learning rate from now on. */
  readonly rate: number;
}

/** The run is paused after `step` steps, until it is continued or stopped. */
export interface PauseEvent {
  readonly type: 'pause';
  readonly step: number;
}

/** The run continues after a pause. */
export interface ContinueEvent {
  readonly type: 'continue';
  readonly step: number;
}

/** The last event of a run, also if it was stopped early. */
export interface EndEvent {
  readonly type: 'end';
  readonly reason: 'finished' | 'stopped';
  readonly runFolder: string;
  readonly steps: number;
  readonly seconds: number;
}

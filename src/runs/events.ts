import type { RunConfig } from '../config/config.ts';
import type { MetricName } from '../metrics/index.ts';
import type { DeviceName } from '../runtime/device.ts';

/** Where a run folder keeps its events, a line of JSON each. */
export const logFile = 'log.jsonl';

/** What a training run reports, in the order it happens. Plain data: it crosses threads and wires as it is. */
export type TrainEvent =
  | StartEvent
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

/** Sent once, when the networks are built and the first pair has been decoded. */
export interface StartEvent {
  readonly type: 'start';
  readonly runFolder: string;
  readonly config: RunConfig;
  /** What trains it; logs of older versions do not say. */
  readonly device?: DeviceName;
  readonly pairs: number;
  readonly stepsPerEpoch: number;
  /** Steps of the whole run, if no limit on its time ends it before. */
  readonly totalSteps: number;
  /** Steps done before: 0, unless the run was resumed. */
  readonly step: number;
  /** Trainable parameters. */
  readonly parameters: { readonly generator: number; readonly discriminator: number };
  /** Seconds spent on building the graphs and sessions. */
  readonly buildSeconds: number;
}

/** Sent after every training step (one batch). */
export interface StepEvent {
  readonly type: 'step';
  /** Counted from 0, as in the article's log. */
  readonly epoch: number;
  /** Batch within the epoch, counted from 0. */
  readonly batch: number;
  /** Steps done so far in the whole run, this one included. */
  readonly step: number;
  /** Steps that the whole run is expected to take, limits on steps and time considered. */
  readonly totalSteps: number;
  /** Mean of the discriminator's losses on real and generated pairs. */
  readonly discriminatorLoss: number;
  /** The generator's whole objective: adversarial + weighted L1. */
  readonly generatorLoss: number;
  /** Mean absolute error against the target on [−1, 1]; 0 when the objective has no L1 term. */
  readonly l1: number;
  readonly imagesPerSecond: number;
  /** Estimate, limits on steps and time considered. */
  readonly secondsLeft: number;
  /** Share of the time since the last epoch began that was spent waiting for data, 0 to 1. */
  readonly waitingShare: number;
}

/** A picture was written: the first pair (`kind: 'pair'`) or an epoch's grid. */
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

/** Pairs that are not learned from were translated and scored. */
export interface ValidationEvent {
  readonly type: 'validation';
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  /** How many. */
  readonly pairs: number;
  /** Means over the pairs, by metric; those that are defined for their size. */
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
  /** What the best checkpoint is best by, and whether this one is it so far. */
  readonly metric: MetricName;
  readonly isBest: boolean;
  /** Picture of the first three, the same ones each time. */
  readonly path: string;
}

/** Something the user should know, in one sentence. */
export interface NoteEvent {
  readonly type: 'note';
  readonly text: string;
}

/** What can go wrong in training. */
export type TroubleKind = 'non-finite' | 'discriminator-won' | 'flat-output' | 'l1-rising';

/** Training goes wrong: `text` says how, and what helps, in a sentence. */
export interface GuardEvent {
  readonly type: 'guard';
  readonly trouble: TroubleKind;
  readonly epoch: number;
  /** The step after which it was noticed. */
  readonly step: number;
  readonly text: string;
}

/** The run goes back after `step` steps, and on with a lower rate; steps that follow count from there again. */
export interface RollbackEvent {
  readonly type: 'rollback';
  readonly epoch: number;
  readonly step: number;
  /** What the learning rate is multiplied by from now on. */
  readonly rate: number;
}

/** The run waits, after so many steps, until it is continued or stopped. */
export interface PauseEvent {
  readonly type: 'pause';
  readonly step: number;
}

/** The run goes on after a pause. */
export interface ContinueEvent {
  readonly type: 'continue';
  readonly step: number;
}

/** The last event of a run, also of one that was stopped early. */
export interface EndEvent {
  readonly type: 'end';
  readonly reason: 'finished' | 'stopped';
  readonly runFolder: string;
  readonly steps: number;
  readonly seconds: number;
}

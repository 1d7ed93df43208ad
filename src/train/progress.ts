import type { RunConfig } from '../config/config.ts';
import type { StepEvent } from '../runs/events.ts';

/** Measures a run's pace and how much of its limits is used up. */
export class Progress {
  private started: number;
  private epochStarted: number;
  private waited = 0;
  /** Seconds per step, an exponential average over about the last 20 steps. */
  private pace: number | null = null;
  private lastStep: number;

  /** @param before what a run that is resumed has taken already, altogether and in its epoch. */
  constructor(
    private readonly config: RunConfig,
    readonly stepsPerEpoch: number,
    before: { readonly seconds: number; readonly epochSeconds: number } = { seconds: 0, epochSeconds: 0 },
  ) {
    this.lastStep = performance.now();
    this.started = this.lastStep - before.seconds * 1000;
    this.epochStarted = this.lastStep - before.epochSeconds * 1000;
  }

  /** Steps that the run takes at most, were there no limit on its time. */
  get totalSteps(): number {
    return Math.min(this.config.epochs * this.stepsPerEpoch, this.config.steps ?? Number.POSITIVE_INFINITY);
  }

  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  get epochSeconds(): number {
    return (performance.now() - this.epochStarted) / 1000;
  }

  finishEpoch(): void {
    this.epochStarted = performance.now();
    this.waited = 0;
  }

  /** Says that what was done since the last step belongs to none. */
  startSteps(): void {
    this.lastStep = performance.now();
  }

  /** Counts what it takes to get `promise` as waiting. */
  async waiting<T>(promise: Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await promise;
    this.waited += performance.now() - from;
    return result;
  }

  /** Counts the time until `promise` comes back as no time at all. */
  async leavingOut(promise: Promise<void>): Promise<void> {
    const from = performance.now();
    await promise;
    this.leaveOut(performance.now() - from);
  }

  /** Counts the last so many milliseconds as no time at all. */
  leaveOut(milliseconds: number): void {
    this.started += milliseconds;
    this.epochStarted += milliseconds;
    this.lastStep += milliseconds;
  }

  finishStep(): void {
    const now = performance.now();
    const seconds = (now - this.lastStep) / 1000;
    this.pace = this.pace === null ? seconds : this.pace + (seconds - this.pace) / 20;
    this.lastStep = now;
  }

  /** What a step's event says about speed, after `step` steps. */
  report(step: number): Pick<StepEvent, 'totalSteps' | 'imagesPerSecond' | 'secondsLeft' | 'waitingShare'> {
    const pace = this.pace ?? Number.POSITIVE_INFINITY;
    const secondsLeft = Math.max(Math.min((this.totalSteps - step) * pace, this.secondsOfLimit()), 0);
    return {
      totalSteps: Math.min(this.totalSteps, step + Math.ceil(secondsLeft / pace)),
      imagesPerSecond: this.config.batchSize / pace,
      secondsLeft,
      waitingShare: this.waited / Math.max(performance.now() - this.epochStarted, 1),
    };
  }

  /** Whether a limit on steps or minutes is reached after `step` steps. */
  isOver(step: number): boolean {
    return step >= this.totalSteps || this.secondsOfLimit() <= 0;
  }

  private secondsOfLimit(): number {
    return this.config.minutes === null ? Number.POSITIVE_INFINITY : this.config.minutes * 60 - this.seconds;
  }
}

import type { RunConfig } from '../config/config.ts';
import { type SizeStage, sizeStages, stepsOfSize, totalStepsOf } from '../config/size-stages.ts';
import { sameShape } from '../core/shape.ts';
import type { Size } from '../core/sizes.ts';
import type { StepEvent } from '../runs/events.ts';

/** Measures a run's pace and how much of its limits is used up. */
export class Progress {
  private started: number;
  private epochStarted: number;
  private waited = 0;
  /** Seconds per step at the current size, an exponential average over about the last 20 steps. */
  private pace: number | null = null;
  private size: Size;
  private lastStep: number;

  /** @param before seconds that a resumed run has taken already, in total and in its current epoch. */
  constructor(
    private readonly config: RunConfig,
    readonly stepsPerEpoch: number,
    before: { readonly seconds: number; readonly epochSeconds: number } = { seconds: 0, epochSeconds: 0 },
  ) {
    this.size = config.size;
    this.lastStep = performance.now();
    this.started = this.lastStep - before.seconds * 1000;
    this.epochStarted = this.lastStep - before.epochSeconds * 1000;
  }

  /** {@link totalStepsOf} the run. */
  get totalSteps(): number {
    return totalStepsOf(this.config, this.stepsPerEpoch);
  }

  /** The size of the images after `step` steps, and for how many steps it stays the same. */
  stageAt(step: number): SizeStage {
    return sizeStages(this.config, this.totalSteps, step)[0]!;
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

  /** Excludes the time since the last step from the pace, and sets the size of the next steps. */
  restartStepClock(size = this.size): void {
    if (!sameShape(size, this.size)) this.pace = null;
    this.size = size;
    this.lastStep = performance.now();
  }

  /** Counts the time until `promise` resolves as waiting. */
  async waiting<T>(promise: Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await promise;
    this.waited += performance.now() - from;
    return result;
  }

  /** Excludes the time until `promise` resolves from all clocks. */
  async excluding(promise: Promise<void>): Promise<void> {
    const from = performance.now();
    await promise;
    this.exclude(performance.now() - from);
  }

  /** Excludes the last `milliseconds` from all clocks. */
  exclude(milliseconds: number): void {
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

  /** The part of a step's event about speed, after `step` steps. */
  report(step: number): Pick<StepEvent, 'totalSteps' | 'imagesPerSecond' | 'secondsLeft' | 'waitingShare'> {
    const pace = this.pace ?? Number.POSITIVE_INFINITY;
    const left = this.leftAfter(step, pace);
    return {
      totalSteps: step + left.steps,
      imagesPerSecond: this.config.batchSize / pace,
      secondsLeft: left.seconds,
      waitingShare: this.waited / Math.max(performance.now() - this.epochStarted, 1),
    };
  }

  /** Steps and seconds within the limits of both; `pace` is that of the current size. */
  private leftAfter(step: number, pace: number): { readonly steps: number; readonly seconds: number } {
    const limit = Math.max(this.secondsOfLimit(), 0);
    let [steps, seconds] = [0, 0];
    for (const stage of sizeStages(this.config, this.totalSteps, step)) {
      const wanted = pace * stepsOfSize(this.size, [stage]);
      const taken = Math.min(wanted, limit - seconds);
      seconds += taken;
      steps += taken === wanted ? stage.steps : Math.ceil((stage.steps * taken) / wanted);
    }
    return { steps, seconds };
  }

  /** Whether a limit on steps or minutes is reached after `step` steps. */
  isOver(step: number): boolean {
    return step >= this.totalSteps || this.secondsOfLimit() <= 0;
  }

  private secondsOfLimit(): number {
    return this.config.minutes === null ? Number.POSITIVE_INFINITY : this.config.minutes * 60 - this.seconds;
  }
}

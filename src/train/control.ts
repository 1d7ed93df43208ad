/** What can be asked of a run under way; it answers between two steps. */
export type Wish = 'stop' | 'pause' | 'continue';

/** What a run has been asked, for the trainer to look at between steps. */
export class TrainingControl {
  private wish: Wish = 'continue';
  private released = Promise.resolve();
  private release = () => {};

  get stopped(): boolean {
    return this.wish === 'stop';
  }

  get paused(): boolean {
    return this.wish === 'pause';
  }

  /** A later wish replaces an earlier one, except that nothing takes back a stop. */
  ask(wish: Wish): void {
    if (this.stopped || wish === this.wish) return;
    this.wish = wish;
    this.release();
    if (wish === 'pause') {
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

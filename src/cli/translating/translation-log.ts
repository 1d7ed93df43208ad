import { UserError } from '../../core/errors.ts';
import type { Cut } from '../../translate/fit-tiles.ts';
import type { OnProgress } from '../../translate/translate-tiled.ts';
import { countProgress } from '../count-progress.ts';
import { formatNumberOf } from '../format.ts';
import type { TranslationJob, TranslationPlan } from './plan-outputs.ts';

/**
 * Tells how a translation goes: a line for each picture, or a bar where both outputs are a terminal. Lets a bad picture
 * be reported and the others go on, and ends the work when it is interrupted.
 */
export class TranslationLog {
  private readonly progress = countProgress('Translating');
  private readonly isBar: boolean;
  private readonly failures: UserError[] = [];
  private readonly done: DoneJob[] = [];
  private current: Cut = { tile: null, reduced: false };
  private total = 0;
  private attempted = 0;
  private isInterrupted = false;

  constructor(
    private readonly out: string,
    private readonly json: boolean,
  ) {
    this.isBar = !json && process.stdout.isTTY && process.stderr.isTTY;
  }

  get interrupted(): boolean {
    return this.isInterrupted;
  }

  /** Somebody wants the work to end. */
  interrupt(): void {
    this.isInterrupted = true;
    console.error('Ending; Ctrl-C again leaves at once');
  }

  /** How the picture that is being translated is cut. */
  cut(cut: Cut): void {
    this.current = cut;
  }

  begin({ jobs, kept }: TranslationPlan): void {
    this.total = jobs.length;
    this.progress.update(0, this.total);
    if (this.json) for (const job of kept) console.log(JSON.stringify({ ...job, kept: true }));
    else if (kept.length === 1) console.log(`Keeping "${kept[0]!.output}"; --force makes it anew`);
    else if (kept.length > 1)
      console.log(`Keeping ${kept.length} results in "${this.out}"; --force makes them anew`);
  }

  /** Does work for an input that may be bad. */
  async watch(input: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.failures.push(error);
      if (this.json) console.log(JSON.stringify({ input, error: error.message }));
    }
  }

  /** Does one of the jobs; `work` ends early where it is interrupted. */
  async translate(job: TranslationJob, work: (onProgress: OnProgress) => Promise<void>): Promise<void> {
    const onProgress = (part: number) => {
      if (this.isInterrupted) throw new Interruption();
      this.progress.update(this.attempted + part, this.total);
    };
    try {
      await this.watch(job.input, async () => {
        await work(onProgress);
        const { tile, reduced } = this.current;
        const done = { ...job, tile, reduced };
        this.done.push(done);
        if (!this.isBar) console.log(this.json ? JSON.stringify({ ...job, tile }) : lineOf(done));
      });
      this.progress.update(++this.attempted, this.total);
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
    }
  }

  /** Takes the bar away. */
  close(): void {
    this.progress.close();
  }

  /** Throws {@link UserError} where anything failed: the failure itself, or how many there were. */
  conclude(): void {
    const { done, failures, out } = this;
    const count = formatNumberOf(done.length, 'picture');
    if (this.isBar && done.length > 0)
      console.log(done.length === 1 ? lineOf(done[0]!) : `${count} → ${out}${smallerTiles(done)}`);
    if (this.isInterrupted) {
      const left = formatNumberOf(this.total - this.attempted, 'picture');
      console.error(`Ended before ${left} of ${this.total}; the same command goes on with the rest`);
    }
    const [first, second] = failures;
    if (first && !second) throw first;
    if (!first) return;
    for (const { message } of failures) console.error(message);
    throw new UserError(
      `Cannot translate ${failures.length} of the inputs, as the lines above say; ${count} went into "${out}"`,
    );
  }
}

class Interruption extends Error {}

interface DoneJob extends TranslationJob, Cut {}

function lineOf(job: DoneJob): string {
  return `${job.input} → ${job.output}${smallerTiles([job])}`;
}

/** What is to be said of pictures that were cut smaller than usual. */
function smallerTiles(jobs: readonly DoneJob[]): string {
  const reduced = jobs.filter(job => job.reduced);
  if (reduced.length === 0) return '';
  const sides = [...new Set(reduced.map(({ tile }) => tile))].join(' or ');
  const which = jobs.length === 1 ? '' : `${formatNumberOf(reduced.length, 'picture')} of them `;
  return `, ${which}in tiles of ${sides}, as more at once would take more than 2 GB of memory`;
}

import { UserError } from '../../core/errors.ts';
import type { Size } from '../../core/sizes.ts';
import type { TranslationJob, TranslationPlan } from '../../translate/plan-outputs.ts';
import type { Cut } from '../../translate/tiles.ts';
import type { TileEvents } from '../../translate/translator.ts';
import { formatCount, formatNumberOf } from '../format.ts';
import { countProgress } from '../terminal.ts';

/**
 * Reports the progress of a translation: a line for each picture, or a progress bar if stdout and stderr are terminals.
 * A bad picture is reported at the end, and the others are still translated. Stops the work if it is interrupted.
 */
export class TranslationLog {
  private readonly progress = countProgress('Translating');
  private readonly isBar: boolean;
  private readonly failures: UserError[] = [];
  private readonly done: DoneJob[] = [];
  /** Resolves when all jobs so far are reported: they are in their order, whichever ends first. */
  private reported = Promise.resolve();
  private firstNote: string | undefined;
  private total = 0;
  private attempted = 0;
  private isInterrupted = false;

  constructor(
    private readonly out: string,
    private readonly json: boolean,
  ) {
    this.isBar = !json && process.stdout.isTTY && process.stderr.isTTY;
  }

  /** Jobs to start. */
  *untilInterrupted(jobs: readonly TranslationJob[]): Generator<TranslationJob> {
    for (const job of jobs) {
      if (this.isInterrupted) return;
      yield job;
    }
  }

  /** Ends the work after the current tile. */
  interrupt(): void {
    this.isInterrupted = true;
    console.error('Stopping; a second Ctrl-C quits immediately');
  }

  /** Of several notes the first is printed. */
  private note(text: string | undefined): void {
    if (text === undefined || this.firstNote !== undefined) return;
    this.firstNote = text;
    if (!this.json && !this.isBar) console.log(`Note: ${text}`);
  }

  begin({ jobs, kept }: TranslationPlan): void {
    this.total = jobs.length;
    this.progress.update(0, this.total);
    if (this.json) for (const job of kept) console.log(JSON.stringify({ ...job, kept: true }));
    else if (kept.length === 1)
      console.log(`Keeping "${kept[0]!.output}", whatever model made it; use --force to overwrite it`);
    else if (kept.length > 1)
      console.log(
        `Keeping ${kept.length} results in "${this.out}", whatever model made them; use --force to overwrite them`,
      );
  }

  /** Runs work for one input; records a {@link UserError} instead of throwing it. */
  async watch(input: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.failures.push(error);
      if (this.json) console.log(JSON.stringify({ input, error: error.message }));
    }
  }

  /** Runs one of the jobs, also beside others; `work` ends early if interrupted. Resolves when it is reported. */
  translate(job: TranslationJob, work: (events: JobEvents) => Promise<void>): Promise<void> {
    const found: { cut: Cut; note?: string | undefined } = { cut: { tile: null, reduced: false } };
    const before = this.reported;
    const working = work({
      onCut: cut => {
        found.cut = cut;
      },
      // At once, where the job's turn has come: a large picture takes long.
      onNote: note => {
        found.note = note;
        before.then(
          () => this.note(note),
          () => {},
        );
      },
      onProgress: part => {
        if (this.isInterrupted) throw new Interruption();
        this.progress.update(this.attempted + part, this.total);
      },
    });
    // An error is reported in its turn.
    working.catch(() => {});
    this.reported = before.then(() => this.report(job, working, found));
    return this.reported;
  }

  private async report(
    job: TranslationJob,
    working: Promise<void>,
    found: { readonly cut: Cut; readonly note?: string | undefined },
  ): Promise<void> {
    try {
      await this.watch(job.input, async () => {
        await working.finally(() => this.note(found.note));
        const { tile, reduced } = found.cut;
        const done = { ...job, tile, reduced };
        this.done.push(done);
        if (!this.isBar)
          console.log(this.json ? JSON.stringify({ ...job, tile, note: found.note }) : lineOf(done));
      });
      this.progress.update(++this.attempted, this.total);
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
    }
  }

  /** Removes the progress bar. */
  close(): void {
    this.progress.close();
  }

  /** Prints a summary. Throws {@link UserError} if anything failed: the only failure, or the number of failures. */
  conclude(): void {
    const { done, failures, out } = this;
    const count = formatNumberOf(done.length, 'image');
    if (this.isBar && this.firstNote !== undefined) console.log(`Note: ${this.firstNote}`);
    if (this.isBar && done.length > 0)
      console.log(done.length === 1 ? lineOf(done[0]!) : `${count} → ${out}${smallerTiles(done)}`);
    if (this.isInterrupted) {
      const left = this.total - this.attempted;
      console.error(
        `Stopped with ${left} of ${this.total} images left; run the same command again to continue`,
      );
    }
    const [first, second] = failures;
    if (first && !second) throw first;
    if (!first) return;
    for (const { message } of failures) console.error(message);
    throw new UserError(
      `Cannot translate ${failures.length} of the inputs, see the lines above; ${count} written to "${out}"`,
    );
  }
}

/** What is found out about a job while it runs. */
interface JobEvents extends Required<TileEvents> {
  readonly onNote: (text: string | undefined) => void;
}

class Interruption extends Error {}

interface DoneJob extends TranslationJob, Cut {}

function lineOf(job: DoneJob): string {
  return `${job.input} → ${job.output}${smallerTiles([job])}`;
}

/** A remark about pictures that were cut into smaller tiles than usual. */
function smallerTiles(jobs: readonly DoneJob[]): string {
  const reduced = jobs.filter(job => job.reduced);
  if (reduced.length === 0) return '';
  const sides = [...new Set(reduced.map(({ tile }) => tile))].join(' or ');
  const which = jobs.length === 1 ? '' : `${formatCount(reduced.length)} of them `;
  return `, ${which}in tiles of ${sides}, since larger ones would take more than 2 GB of memory`;
}

/** How much larger or smaller than the training size an image may be without a note. */
const TOLERANCE = 1.5;

/** A sentence on an image much larger or smaller than those that the model was trained on; undefined for others. */
export function sizeNote(input: string, [height, width]: Size, trained: Size): string | undefined {
  const scales = [height / trained[0], width / trained[1]];
  const which =
    Math.max(...scales) > TOLERANCE ? 'larger' : Math.min(...scales) < 1 / TOLERANCE ? 'smaller' : undefined;
  if (which === undefined) return undefined;
  return (
    `"${input}" is ${height}×${width}, much ${which} than the training size ${trained.join('×')}, near which the model ` +
    'works best; --resize translates at the training size'
  );
}

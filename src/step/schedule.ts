import type { RunConfig } from '../config/config.ts';

type Schedule = RunConfig['schedule'];

/** The factor on the learning rate at `epoch`, which may be fractional, of `epochs`. */
type Decay = (schedule: Schedule, epoch: number, epochs: number) => number;

/** How much of the decay is over, from 0 to 1. */
const decayProgress: Decay = ({ constantEpochs }, epoch, epochs) =>
  epoch <= constantEpochs ? 0 : Math.min((epoch - constantEpochs) / (epochs - constantEpochs), 1);

const decays: Readonly<Record<Schedule['course'], Decay>> = {
  constant: () => 1,
  linear: (...at) => 1 - decayProgress(...at),
  /** Loshchilov & Hutter 2017 (arXiv:1608.03983), eq. 5, without restarts. */
  cosine: (...at) => (1 + Math.cos(Math.PI * decayProgress(...at))) / 2,
  step: ({ stepEpochs, factor }, epoch) => factor ** Math.floor(epoch / stepEpochs),
  /** Depends on losses: see {@link createPlateau}. */
  plateau: () => 1,
};

/** The factor on the rate for a batch size: Krizhevsky 2014 (arXiv:1404.5997), Goyal et al. 2017 (arXiv:1706.02677). */
const batchScale: Readonly<Record<Schedule['rateScaling'], (batchSize: number) => number>> = {
  none: () => 1,
  sqrt: Math.sqrt,
  linear: batchSize => batchSize,
};

/** The generator's learning rate at a point of the run, in epochs (may be fractional), before plateaus. */
export function learningRateAt(
  {
    optimizer,
    schedule,
    epochs,
    batchSize,
  }: Pick<RunConfig, 'optimizer' | 'schedule' | 'epochs' | 'batchSize'>,
  epoch: number,
): number {
  const warm = epoch < schedule.warmUpEpochs ? epoch / schedule.warmUpEpochs : 1;
  return (
    optimizer.learningRate *
    batchScale[schedule.rateScaling](batchSize) *
    warm *
    decays[schedule.course](schedule, epoch, epochs)
  );
}

/** Watches a loss and lowers the learning rate when it no longer falls. */
export interface Plateau {
  /** The current factor on the rate. */
  readonly factor: number;
  /** Its state. Mutable: restoring a checkpoint writes into it. */
  readonly counts: { factor: number; average: number | null; lowest: number | null; waited: number };
  observe(loss: number): void;
}

/** Losses of single batches are noisy: they are averaged over about this many steps. */
const SMOOTHING = 100;

/** Multiplies the rate by `factor` each time the averaged loss has set no new low for `patience` steps. */
export function createPlateau({ course, patience, factor }: Schedule): Plateau {
  const counts: Plateau['counts'] = { factor: 1, average: null, lowest: null, waited: 0 };
  return {
    counts,
    get factor() {
      return counts.factor;
    },
    observe: loss => {
      if (course !== 'plateau') return;
      const average = counts.average === null ? loss : counts.average + (loss - counts.average) / SMOOTHING;
      const lowest = counts.lowest ?? Number.POSITIVE_INFINITY;
      counts.average = average;
      counts.waited = average < lowest ? 0 : counts.waited + 1;
      counts.lowest = Math.min(lowest, average);
      if (counts.waited < patience) return;
      counts.factor *= factor;
      counts.waited = 0;
    },
  };
}

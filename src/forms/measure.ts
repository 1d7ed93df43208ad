import { type Convolution, convolutionKey } from '../lower/cpu/forms.ts';
import type { MeasuredTimes } from './cache.ts';
import { macsOf } from './convolutions.ts';
import { timeForms } from './time-forms.ts';

export interface MeasureRequest {
  readonly convolutions: readonly Convolution[];
  readonly threads: number;
  /** When to stop. */
  readonly seconds: number;
}

/**
 * Times the forms of distinct convolutions, the largest first, each for its share of the time. Those that the time is too
 * short for are left out.
 */
export async function measureForms({
  convolutions,
  threads,
  seconds,
}: MeasureRequest): Promise<MeasuredTimes> {
  const end = performance.now() + 1000 * seconds;
  const largestFirst = convolutions.toSorted((a, b) => workOf(b) - workOf(a));
  let work = largestFirst.reduce((sum, convolution) => sum + workOf(convolution), 0);
  const times: Record<string, MeasuredTimes[string]> = {};
  for (const convolution of largestFirst) {
    const left = end - performance.now();
    if (left <= 0) break;
    // Half of the share: a convolution may take more than its share, as each form runs at least once.
    const share = (0.5 * left * workOf(convolution)) / work;
    work -= workOf(convolution);
    times[convolutionKey(convolution)] = await timeForms(convolution, threads, share);
  }
  return times;
}

/** Multiply–accumulates that take as long as moving a value from or to memory. */
const MACS_PER_VALUE = 20;

/** About how much time a convolution takes, in multiply–accumulates. */
function workOf(convolution: Convolution): number {
  const { geometry: g } = convolution;
  const x = g.batch * g.height * g.width * g.channels;
  const y = g.batch * g.rows * g.columns * g.outputChannels;
  const kernel = g.kernelHeight * g.kernelWidth * g.channels * g.outputChannels;
  return macsOf(convolution) + MACS_PER_VALUE * (x + y + kernel);
}

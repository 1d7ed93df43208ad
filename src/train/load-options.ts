import type { RunConfig } from '../config/config.ts';
import type { BatchOptions } from '../data/loading/loader.ts';

/** How a run reads its pairs; `skipBad` leaves out those that can't be read and tells `onSkip`. */
export function loadOptions(
  { direction, size, channels, resize, batchSize, shuffle, augment }: RunConfig,
  bad: Pick<BatchOptions, 'skipBad' | 'onSkip'>,
): BatchOptions {
  return { direction, size, channels, resize, batchSize, shuffle, augment, ahead: 4, ...bad };
}

import type { TrainEvent } from '../runs/events.ts';

/** Writes a run's events in a format that other programs read. The caller reports failures to write. */
export interface Tracker {
  /** The file or folder that it writes. */
  readonly path: string;
  record(event: TrainEvent): Promise<void>;
  close(): Promise<void>;
}

/** The numeric values of an event, by name; empty if it has none. */
export function scalarsOf(event: TrainEvent): Readonly<Record<string, number>> {
  if (event.type === 'validation') {
    return Object.fromEntries(
      Object.entries(event.values).map(([name, value]) => [`validation/${name}`, value]),
    );
  }
  if (event.type !== 'step') return {};
  const { discriminatorLoss, generatorLoss, l1, imagesPerSecond } = event;
  return {
    'loss/discriminator': discriminatorLoss,
    'loss/generator': generatorLoss,
    'loss/l1': l1,
    imagesPerSecond,
  };
}

import type { TrainEvent } from '../runs/events.ts';

/** Writes a run's events in a form that other programs read. A convenience: failures to write are the caller's to tell. */
export interface Tracker {
  record(event: TrainEvent): Promise<void>;
  close(): Promise<void>;
}

/** What an event says in numbers, by name; nothing where it says none. */
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

import type { RunConfig } from '../config/config.ts';

/** Processes that train one model together, each on its share of every batch. */
export interface Workers {
  /** This process's number, from 0. */
  readonly rank: number;
  readonly count: number;
  /** Replaces the values by their means over all workers, bit-identical on each; float16: transferred in 16 bits. */
  average(values: Float32Array, precision?: RunConfig['precision']): Promise<void>;
}

/** A process that trains by itself. */
export const alone: Workers = { rank: 0, count: 1, average: async () => {} };

/** One worker's place among several. */
export type Share = Pick<Workers, 'rank' | 'count'>;

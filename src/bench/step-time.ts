import type { RunConfig } from '../config/config.ts';
/** What a training step costs each process, in seconds of processor time unless it says otherwise. */
export interface StepCosts {
  /** Whatever the batch: updates and overheads. */
  readonly fixed: number;
  readonly perPair: number;
  /** Numbers that are averaged in a step: gradients, statistics, losses. */
  readonly numbers: number;
  /** For each byte that is sent, and the one received for it. */
  readonly perByte: number;
  /** To turn a number into 16 bits and back; it does not depend on the number of processes. */
  readonly perConversion: number;
  /** Seconds that a message is under way, however short. */
  readonly latency: number;
}

export interface Cluster {
  readonly processes: number;
  /** Gigabits a second of each process's connection, in each direction. */
  readonly gigabits: number;
  /** Pairs in a step of one process. */
  readonly pairs: number;
  readonly compression: RunConfig['optimizer']['gradientCompression'];
  /** Processes on one core; 1 if each has its own. */
  readonly perCore?: number;
}

/** Seconds of a step, by what they are spent on. */
export interface StepTime {
  readonly computing: number;
  readonly averaging: number;
  readonly total: number;
  /** Pairs a second, as a share of what as many processes do that train alone. */
  readonly efficiency: number;
}

/** Bytes that each process sends in a step: a part of its numbers to each other process, and the means of its part to all. */
export function bytesSent({ processes, compression }: Cluster, numbers: number): number {
  const width = compression === 'fp16' ? 2 : 4;
  return ((2 * (processes - 1)) / processes) * numbers * width;
}

/**
 * A step in which nothing is computed while gradients are on their way: each process computes with its pairs, all average,
 * each updates. Averaging takes 2 ⌈log₂ processes⌉ messages one after the other.
 */
export function stepTime(costs: StepCosts, cluster: Cluster): StepTime {
  const { processes, gigabits, pairs, compression, perCore = 1 } = cluster;
  const bytes = bytesSent(cluster, costs.numbers);
  const conversion = compression === 'fp16' && processes > 1 ? costs.numbers * costs.perConversion : 0;
  const messages = 2 * Math.ceil(Math.log2(processes));
  const computing = perCore * (costs.fixed + costs.perPair * pairs);
  const averaging =
    (bytes * 8e-9) / gigabits + perCore * (bytes * costs.perByte + conversion) + messages * costs.latency;
  const total = computing + averaging;
  return { computing, averaging, total, efficiency: computing / total };
}

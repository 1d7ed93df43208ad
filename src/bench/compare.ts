import type { Contender, Task } from './contender.ts';
import { tasks } from './contender.ts';

/** Milliseconds of one contender's runs of one task. */
export interface Timing {
  readonly contender: string;
  readonly version: string;
  readonly task: Task;
  readonly median: number;
  readonly minimum: number;
  readonly runs: readonly number[];
}

/**
 * Times every task in rounds: each contender once a round, the order reversed every other round, so that all see the
 * same load of the machine. The first round warms up and does not count.
 */
export async function compare(
  contenders: readonly Contender[],
  rounds: number,
  onRun: (task: Task, round: number) => void,
): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (const task of tasks) {
    const able = contenders.filter(contender => contender.tasks.includes(task));
    const runs = new Map(able.map(contender => [contender, [] as number[]]));
    for (let round = 0; round <= rounds; round++) {
      onRun(task, round);
      for (const contender of round % 2 === 0 ? able : able.toReversed()) {
        const milliseconds = await contender.run(task);
        if (round > 0) runs.get(contender)!.push(milliseconds);
      }
    }
    for (const [{ name, version }, own] of runs) {
      timings.push({ contender: name, version, task, ...summary(own), runs: own });
    }
  }
  return timings;
}

function summary(runs: readonly number[]): { median: number; minimum: number } {
  const sorted = [...runs].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, minimum: sorted[0]! };
}

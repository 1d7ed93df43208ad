import { median } from '../core/median.ts';
import type { Contender, Task } from './contender.ts';

/** Milliseconds of one contender's runs of one task. */
export interface Timing {
  readonly contender: string;
  readonly version: string;
  readonly task: Task;
  readonly median: number;
  readonly minimum: number;
  /** Peak resident memory of its process so far, in bytes; null if the system does not report it. */
  readonly peakMemory: number | null;
  readonly runs: readonly number[];
}

/**
 * Times a task in rounds: each contender runs once per round, in reversed order every other round, so that all have the
 * same load on the machine. The first round is a warm-up and does not count.
 */
export async function compare(
  task: Task,
  contenders: readonly Contender[],
  rounds: number,
  onRun: (round: number) => void,
): Promise<Timing[]> {
  const runs = new Map(contenders.map(contender => [contender, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    onRun(round);
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const milliseconds = await contender.run(task);
      if (round > 0) runs.get(contender)!.push(milliseconds);
    }
  }
  return Promise.all(
    [...runs].map(async ([contender, own]) => {
      const { name, version } = contender;
      const peakMemory = await contender.peakMemory();
      const times = { median: median(own), minimum: Math.min(...own) };
      return { contender: name, version, task, ...times, peakMemory, runs: own };
    }),
  );
}

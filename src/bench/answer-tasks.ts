import { createInterface } from 'node:readline';
import type { Task } from './contender.ts';

/**
 * A contender's side of the protocol: reports that it is ready, then reads one task per line, runs it and reports its
 * milliseconds and page faults, until the input ends.
 */
export async function answerTasks(
  version: string,
  tasks: Readonly<Partial<Record<Task, () => Promise<unknown>>>>,
): Promise<void> {
  console.log(JSON.stringify({ ready: true, version }));
  for await (const line of createInterface({ input: process.stdin })) {
    const started = performance.now();
    const faultsBefore = process.resourceUsage().minorPageFault;
    await tasks[line as Task]!();
    const ms = performance.now() - started;
    console.log(JSON.stringify({ ms, faults: process.resourceUsage().minorPageFault - faultsBefore }));
  }
}

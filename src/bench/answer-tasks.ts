import { createInterface } from 'node:readline';
import type { Task } from './contender.ts';

/**
 * A contender's side of the conversation: says that it is ready, then runs each task that it reads a line of and says
 * how many milliseconds and page faults that took, until the lines end.
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

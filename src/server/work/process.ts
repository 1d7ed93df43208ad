import { answerTasks } from '../../runtime/task-process.ts';
import type { TaskRequest } from './worker.ts';

answerTasks(async ({ task, input }: TaskRequest) => {
  // Loaded with the first task: it takes a while.
  const { tasks } = await import('./tasks.ts');
  return (tasks[task] as (input: unknown) => Promise<unknown>)(input);
});

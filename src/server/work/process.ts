import { failureOf } from '../../core/errors.ts';
import type { TaskAnswer, TaskRequest } from './worker.ts';

// A process that does one task after the other, and ends with its parent.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
process.on('message', (request: TaskRequest) => void answer(request));

async function answer({ task, input }: TaskRequest): Promise<void> {
  // Loaded with the first task: it takes a while.
  const { tasks } = await import('./tasks.ts');
  const work = tasks[task] as (input: unknown) => Promise<unknown>;
  const message: TaskAnswer = await work(input).then(
    output => ({ output }),
    error => ({ failure: failureOf(error) }),
  );
  process.send?.(message, undefined, undefined, () => {});
}

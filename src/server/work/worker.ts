import { startTaskProcess, TaskLostError, type TaskProcessOptions } from '../../runtime/task-process.ts';
import { Refusal } from '../errors.ts';
import type { TaskInput, TaskName, TaskOutput, TaskRequest } from './tasks.ts';

/** Runs tasks one by one, outside the thread that answers requests. */
export interface Worker {
  /** Number of tasks that wait or run. */
  readonly pending: number;
  /** Throws {@link Refusal} if too many tasks wait or this one takes too long. A task whose client has left is not started. */
  run<Name extends TaskName>(
    task: Name,
    input: TaskInput<Name>,
    signal?: AbortSignal,
  ): Promise<TaskOutput<Name>>;
  close(): Promise<void>;
}

export interface WorkerLimits extends Required<TaskProcessOptions> {
  /** Tasks that may wait. */
  readonly pending: number;
}

/** A separate process or, when run from TypeScript sources, which it could not load, the calling thread. */
export function createWorker(limits: WorkerLimits): Worker {
  return queueOf(import.meta.url.endsWith('.ts') ? workHere() : workInProcess(limits), limits);
}

/** Does one task at a time. */
interface TaskRunner {
  run(request: TaskRequest): Promise<unknown>;
  close(): Promise<void>;
}

function queueOf(runner: TaskRunner, limits: WorkerLimits): Worker {
  let pending = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get pending() {
      return pending;
    },
    run: async (task, input, signal) => {
      if (pending >= limits.pending)
        throw new Refusal(503, `The studio is busy: ${pending} tasks are waiting; try again later`);
      pending++;
      const result = last.then(() => {
        if (signal?.aborted) throw new Refusal(499, 'The client has left');
        return runner.run({ task, input });
      });
      last = result.catch(() => {}).then(() => pending--);
      return (await result) as TaskOutput<typeof task>;
    },
    close: () => runner.close(),
  };
}

function workHere(): TaskRunner {
  return {
    run: async request => (await import('./tasks.ts')).runTask(request),
    close: async () => {},
  };
}

function workInProcess(limits: WorkerLimits): TaskRunner {
  const child = startTaskProcess(new URL('./process.js', import.meta.url), limits);
  let isClosed = false;
  return {
    run: async request => {
      if (isClosed) throw new Refusal(503, 'Cannot start: the server is shutting down');
      return child.run(request).catch(error => {
        throw error instanceof TaskLostError ? new Refusal(503, error.message) : error;
      });
    },
    close: async () => {
      isClosed = true;
      child.close();
    },
  };
}

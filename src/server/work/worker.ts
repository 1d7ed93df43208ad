import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { errorOf, type ThreadFailure } from '../../core/errors.ts';
import { computingEnvironment } from '../../runtime/environment.ts';
import { Refusal } from '../errors.ts';
import type { TaskInput, TaskName, TaskOutput } from './tasks.ts';

export interface TaskRequest {
  readonly task: TaskName;
  readonly input: unknown;
}

export type TaskAnswer = { readonly output: unknown } | { readonly failure: ThreadFailure };

/** Does tasks one after the other, outside of the thread that answers requests. */
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

export interface WorkerLimits {
  /** As in `os.setPriority`: lower than training's, so that requests don't slow training. */
  readonly priority: number;
  readonly pending: number;
  readonly milliseconds: number;
  /** Milliseconds without a task after which its process ends. */
  readonly idle: number;
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
        throw new Refusal(503, `Cannot start: ${pending} tasks are waiting; try again later`);
      pending++;
      const turn = last.then(() => {
        if (signal?.aborted) throw new Refusal(499, 'The client has left');
        return runner.run({ task, input });
      });
      last = turn.catch(() => {}).then(() => pending--);
      return (await turn) as TaskOutput<typeof task>;
    },
    close: () => runner.close(),
  };
}

function workHere(): TaskRunner {
  return {
    run: async ({ task, input }) => {
      const { tasks } = await import('./tasks.ts');
      return (tasks[task] as (input: unknown) => Promise<unknown>)(input);
    },
    close: async () => {},
  };
}

function workInProcess({ milliseconds, idle, priority }: WorkerLimits): TaskRunner {
  let child: ChildProcess | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const start = () => {
    const started = fork(new URL('./process.js', import.meta.url), {
      serialization: 'advanced',
      execArgv: [],
      env: computingEnvironment(),
    });
    if (started.pid !== undefined) lower(started.pid, priority);
    started.once('exit', () => {
      if (child === started) child = null;
    });
    child = started;
    return started;
  };
  return {
    run: async request => {
      if (isClosed) throw new Refusal(503, 'Cannot start: the server is shutting down');
      clearTimeout(idleTimer);
      try {
        return await ask(child?.connected && !child.killed ? child : start(), request, milliseconds);
      } finally {
        idleTimer = setTimeout(() => child?.kill('SIGKILL'), idle).unref();
      }
    },
    close: async () => {
      isClosed = true;
      clearTimeout(idleTimer);
      child?.kill('SIGKILL');
    },
  };
}

/** Sends a task and waits for the answer; a process that takes too long is ended. */
function ask(child: ChildProcess, request: TaskRequest, milliseconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      action();
    };
    const onMessage = (answer: TaskAnswer) =>
      settle(() => ('failure' in answer ? reject(errorOf(answer.failure)) : resolve(answer.output)));
    const onExit = () => settle(() => reject(new Refusal(503, 'Cannot finish: the worker process ended')));
    const timer = setTimeout(() => {
      settle(() => reject(new Refusal(503, `Cannot finish: it took longer than ${milliseconds / 1000} s`)));
      child.kill('SIGKILL');
    }, milliseconds);
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send(request, error => {
      if (error) settle(() => reject(new Refusal(503, 'Cannot start: the worker process is gone')));
    });
  });
}

function lower(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // If the system forbids it, it competes with training on equal terms.
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { errorOf, failureOf, type ThreadFailure } from '../core/errors.ts';
import { computingEnvironment } from './environment.ts';

type TaskAnswer = { readonly output: unknown } | { readonly failure: ThreadFailure };

/** The process ended, or was ended as it took too long, before it had answered. */
export class TaskLostError extends Error {}

export interface TaskProcessOptions {
  /** Of a task; the process is ended where one takes longer. */
  readonly milliseconds: number;
  /** As `os.setPriority` counts; default: that of this process. */
  readonly priority?: number;
  /** Milliseconds without a task after which the process and its memory are given back; default: never. */
  readonly idle?: number;
}

/** A process of its own that does a single task at a time: it is started with the first one, and again where it has ended. */
export interface TaskProcess {
  /** Throws {@link TaskLostError}, or what the task has thrown. */
  run(request: object): Promise<unknown>;
  /** Ends the process at once. */
  close(): void;
}

/** @param script a JavaScript file that calls {@link answerTasks}. */
export function startTaskProcess(
  script: URL,
  { milliseconds, priority, idle }: TaskProcessOptions,
): TaskProcess {
  let child: ChildProcess | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  const start = () => {
    const started = fork(script, { serialization: 'advanced', execArgv: [], env: computingEnvironment() });
    if (started.pid !== undefined && priority !== undefined) lower(started.pid, priority);
    started.once('exit', () => {
      if (child === started) child = null;
    });
    child = started;
    return started;
  };
  return {
    run: async request => {
      clearTimeout(idleTimer);
      try {
        return await ask(child?.connected && !child.killed ? child : start(), request, milliseconds);
      } finally {
        if (idle !== undefined) idleTimer = setTimeout(() => child?.kill('SIGKILL'), idle).unref();
      }
    },
    close: () => {
      clearTimeout(idleTimer);
      child?.kill('SIGKILL');
    },
  };
}

/** Does one task after the other in a process that was started for it, and ends with the one that started it. */
export function answerTasks<Request>(work: (request: Request) => Promise<unknown>): void {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', async (request: Request) => {
    const message: TaskAnswer = await work(request).then(
      output => ({ output }),
      error => ({ failure: failureOf(error) }),
    );
    process.send?.(message, undefined, undefined, () => {});
  });
}

function ask(child: ChildProcess, request: object, milliseconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      action();
    };
    const lose = (message: string) => settle(() => reject(new TaskLostError(message)));
    const onMessage = (answer: TaskAnswer) =>
      settle(() => ('failure' in answer ? reject(errorOf(answer.failure)) : resolve(answer.output)));
    const onExit = () => lose('Cannot finish: the worker process ended');
    const timer = setTimeout(() => {
      lose(`Cannot finish: it took longer than ${milliseconds / 1000} s`);
      child.kill('SIGKILL');
    }, milliseconds);
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send(request, error => {
      if (error) lose('Cannot start: the worker process is gone');
    });
  });
}

function lower(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // Where the system does not let us, it competes with training on equal terms.
  }
}

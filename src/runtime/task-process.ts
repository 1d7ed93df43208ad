import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { errorOf, failureOf, type ThreadFailure } from '../core/errors.ts';
import { computingEnvironment } from './environment.ts';

type TaskAnswer = { readonly output: unknown } | { readonly failure: ThreadFailure };

/** The process could not be started, ended, or was killed for taking too long, before it answered. */
export class TaskLostError extends Error {}

export interface TaskProcessOptions {
  /** Time limit of a task; the process is killed if one takes longer. */
  readonly milliseconds: number;
  /** In the units of `os.setPriority`; default: this process's. */
  readonly priority?: number;
  /** Milliseconds without a task after which the process and its memory are given back; default: never. */
  readonly idle?: number;
}

/** A separate process that runs one task at a time. Started with the first task, and again if it has ended. */
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
    const forget = () => {
      if (child === started) child = null;
    };
    started.once('exit', forget).on('error', forget);
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

/** Runs tasks one by one in a process that {@link startTaskProcess} started; exits when that one does. */
export function answerTasks<Request>(work: (request: Request) => Promise<unknown>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
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
      child.off('error', onError);
      action();
    };
    const lose = (message: string) => settle(() => reject(new TaskLostError(message)));
    const onMessage = (answer: TaskAnswer) =>
      settle(() => ('failure' in answer ? reject(errorOf(answer.failure)) : resolve(answer.output)));
    const onExit = () => lose('Cannot finish: the worker process ended');
    const onError = ({ message }: Error) => lose(`Cannot start the worker process: ${message}`);
    const timer = setTimeout(() => {
      lose(`Cannot finish: it took longer than ${milliseconds / 1000} s`);
      child.kill('SIGKILL');
    }, milliseconds);
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.once('error', onError);
    // A process that could not be started is reported by an error event, and may have no `send`.
    if (child.pid === undefined) return;
    child.send(request, error => {
      if (error) lose('Cannot start: the worker process is gone');
    });
  });
}

function lower(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // If the system refuses, it runs at training's priority.
  }
}

import { fork } from 'node:child_process';
import { on } from 'node:events';
import { errorOf, type ThreadFailure, UserError } from '../core/errors.ts';
import { inheritLauncher } from '../distributed/launcher.ts';
import type { TrainEvent } from '../runs/events.ts';
import { computingEnvironment } from '../runtime/environment.ts';
import { type ControlRequest, TrainingControl, type TrainRequest } from './request.ts';
import { train } from './trainer.ts';

/** What the training process sends. */
export type TrainingMessage =
  | 'joined'
  | { readonly event: TrainEvent; readonly logged: number }
  | { readonly failure: ThreadFailure };

/** What a training process does: train a run, or join one that another process leads. */
export type TrainingWork = TrainRequest | 'join';

/**
 * A run in progress. Iterate over its events, once and without long pauses: they wait in memory. Requests take effect
 * after the current step, and show in the events:
 *
 * ```ts
 * const run = startTraining(request);
 * for await (const event of run) {
 *   if (event.type === 'step' && event.step === 100) run.pause(); // a `pause` event follows, then nothing …
 * }
 * run.continue(); // … until this call: `continue`, and more steps
 * run.stop(); // also while paused: saves, and `end` is the last event
 * ```
 */
export interface TrainingRun extends AsyncIterable<TrainEvent> {
  /** Bytes of the run's log up to the latest event. */
  readonly logged: number;
  /** Finishes the current step, saves and ends; events arrive until then. It can't be taken back. */
  stop(): void;
  /** Finishes the current step and waits, with everything in memory. The pause doesn't count as training time. */
  pause(): void;
  /** Continues after a pause. */
  continue(): void;
}

/**
 * Trains in a separate process: ONNX Runtime blocks the thread that it runs in, ends its process if it aborts, and
 * allocates faster with certain environment variables.
 * When run from the sources, which a new process could not load, it trains in the calling thread.
 */
export function startTraining(request: TrainRequest): TrainingRun {
  return import.meta.url.endsWith('.ts') ? trainHere(request) : trainInProcess(request);
}

function trainHere(request: TrainRequest): TrainingRun {
  const control = new TrainingControl();
  let logged = 0;
  return {
    ...askedBy(request => control.ask(request)),
    get logged() {
      return logged;
    },
    [Symbol.asyncIterator]: () =>
      train(request, control, bytes => {
        logged = bytes;
      }),
  };
}

function askedBy(ask: (request: ControlRequest) => void): Pick<TrainingRun, ControlRequest> {
  return { stop: () => ask('stop'), pause: () => ask('pause'), continue: () => ask('continue') };
}

/**
 * Takes part, in a separate process, in a run that another process leads; an MPI launcher started both. Resolves when the
 * leader ends the run. `onJoined` is called when all processes are connected. Throws UserError if this process fails.
 */
export async function joinTraining(onJoined: () => void): Promise<void> {
  const { messages, exited } = startProcess('join');
  for await (const [message] of messages) {
    if (message === 'joined') onJoined();
    else if ('failure' in message) throw errorOf(message.failure);
  }
  const end = await exited;
  if (end !== 'status 0') throw endedEarly(end);
}

function endedEarly(end: string): UserError {
  return new UserError(
    end === 'SIGKILL'
      ? 'Cannot continue training: the system killed the training process, usually for lack of memory; use a smaller ' +
          '--batch-size or --size, then --resume'
      : `Cannot continue training: the training process ended with ${end}; continue from the last checkpoint with --resume`,
  );
}

function startProcess(work: TrainingWork) {
  const child = fork(new URL('./process.js', import.meta.url), {
    serialization: 'advanced',
    execArgv: [],
    ...inheritLauncher(computingEnvironment()),
  });
  const exited = new Promise<string>(resolve => {
    child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
    child.once('error', error => resolve(`the error "${error.message}"`));
  });
  const messages = on(child, 'message', { close: ['disconnect'] }) as AsyncIterable<[TrainingMessage]>;
  // If the child is gone, `exited` reports it; the callbacks ignore the error of sending to it.
  child.send(work, () => {});
  return { child, exited, messages };
}

function trainInProcess(request: TrainRequest): TrainingRun {
  const { child, exited, messages } = startProcess(request);
  let stopped = false;
  let logged = 0;
  const ask = (asked: ControlRequest) => {
    stopped ||= asked === 'stop';
    if (child.connected) child.send(asked, () => {});
  };
  return {
    ...askedBy(ask),
    get logged() {
      return logged;
    },
    async *[Symbol.asyncIterator]() {
      let last: TrainEvent | undefined;
      try {
        for await (const [message] of messages) {
          if (message === 'joined') continue;
          if ('failure' in message) throw errorOf(message.failure);
          last = message.event;
          logged = message.logged;
          yield last;
        }
        const end = await exited;
        // If asked to stop while starting, it may end without an event.
        if (last?.type !== 'end' && !(stopped && end === 'status 0')) throw endedEarly(end);
      } finally {
        ask('stop');
        await exited;
      }
    },
  };
}

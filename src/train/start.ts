import { fork } from 'node:child_process';
import { on } from 'node:events';
import { errorOf, type ThreadFailure } from '../core/errors.ts';
import type { TrainEvent } from '../runs/events.ts';
import { computingEnvironment } from '../runtime/environment.ts';
import { type ControlRequest, TrainingControl, type TrainRequest } from './request.ts';
import { train } from './trainer.ts';

/** What the training process sends. */
export type TrainingMessage =
  | { readonly event: TrainEvent; readonly logged: number }
  | { readonly failure: ThreadFailure };

/**
 * A run under way. Iterate over its events once; it goes on only as long as somebody does. What is asked of it takes
 * effect after the step at hand, and shows in the events:
 *
 * ```ts
 * const run = startTraining(request);
 * for await (const event of run) {
 *   if (event.type === 'step' && event.step === 100) run.pause(); // a `pause` event follows, then nothing …
 * }
 * run.continue(); // … until somebody says this: `continue`, and steps again
 * run.stop(); // also while paused: saves, and `end` is the last event
 * ```
 */
export interface TrainingRun extends AsyncIterable<TrainEvent> {
  /** Bytes of the run's log up to the event that came last. */
  readonly logged: number;
  /** Finishes the step at hand, saves and ends; the events go on until then. Nothing takes it back. */
  stop(): void;
  /** Finishes the step at hand and waits, keeping everything in memory. The wait counts neither as time nor as pace. */
  pause(): void;
  /** Goes on after a pause. */
  continue(): void;
}

/**
 * Trains in a process of its own: ONNX Runtime blocks the thread that it runs in, takes its process along where it
 * aborts, and allocates faster where the environment of its process says so.
 * From the sources, where a new process could not load TypeScript, it trains in the calling thread.
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

function trainInProcess(request: TrainRequest): TrainingRun {
  const child = fork(new URL('./process.js', import.meta.url), {
    serialization: 'advanced',
    execArgv: [],
    env: computingEnvironment(),
  });
  const exited = new Promise<string>(resolve => {
    child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
  });
  const messages = on(child, 'message', { close: ['disconnect'] });
  // A child that is gone shows in `exited`; the callbacks take the error that sending to it makes besides.
  child.send(request, () => {});
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
        for await (const [message] of messages as AsyncIterable<[TrainingMessage]>) {
          if ('failure' in message) throw errorOf(message.failure);
          last = message.event;
          logged = message.logged;
          yield last;
        }
        // Asked to stop while still starting, it may be gone before it could say so.
        if (last?.type !== 'end' && !stopped)
          throw new Error(`The training process ended early, with ${await exited}`);
      } finally {
        ask('stop');
        await exited;
      }
    },
  };
}

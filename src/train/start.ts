import { fork } from 'node:child_process';
import { on } from 'node:events';
import { errorOf, type ThreadFailure } from '../core/thread-failure.ts';
import { computingEnvironment } from '../runtime/environment.ts';
import type { TrainEvent } from './events.ts';
import { type TrainRequest, train } from './trainer.ts';

/** What the training process sends. */
export type TrainingMessage = { readonly event: TrainEvent } | { readonly failure: ThreadFailure };

/** A run under way. Iterate over its events once; it goes on only as long as somebody does. */
export interface TrainingRun extends AsyncIterable<TrainEvent> {
  /** Finishes the step at hand, saves and ends; the events go on until then. */
  stop(): void;
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
  let stopped = false;
  return {
    stop: () => {
      stopped = true;
    },
    [Symbol.asyncIterator]: () => train(request, () => stopped),
  };
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
  let asked = false;
  const stop = () => {
    asked = true;
    if (child.connected) child.send('stop', () => {});
  };
  return {
    stop,
    async *[Symbol.asyncIterator]() {
      let last: TrainEvent | undefined;
      try {
        for await (const [message] of messages as AsyncIterable<[TrainingMessage]>) {
          if ('failure' in message) throw errorOf(message.failure);
          last = message.event;
          yield last;
        }
        // Asked to stop while still starting, it may be gone before it could say so.
        if (last?.type !== 'end' && !asked)
          throw new Error(`The training process ended early, with ${await exited}`);
      } finally {
        stop();
        await exited;
      }
    },
  };
}

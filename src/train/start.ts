import { on } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { errorOf, type ThreadFailure } from '../core/thread-failure.ts';
import type { TrainEvent } from './events.ts';
import { type TrainRequest, train } from './trainer.ts';

/** What the training thread sends. */
export type TrainingMessage = { readonly event: TrainEvent } | { readonly failure: ThreadFailure };

/** A run under way. Iterate over its events once; it goes on only as long as somebody does. */
export interface TrainingRun extends AsyncIterable<TrainEvent> {
  /** Finishes the step at hand, saves and ends; the events go on until then. */
  stop(): void;
}

/**
 * Trains in a thread of its own, since ONNX Runtime blocks the thread that it runs in.
 * From the sources, where a thread could not load TypeScript, it trains in the calling thread.
 */
export function startTraining(request: TrainRequest): TrainingRun {
  return import.meta.url.endsWith('.ts') ? trainHere(request) : trainInThread(request);
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

function trainInThread(request: TrainRequest): TrainingRun {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: request,
    // The runtime is configured through the environment of the process, not a thread's copy.
    env: SHARE_ENV,
  });
  const exited = new Promise(resolve => worker.once('exit', resolve));
  const messages = on(worker, 'message', { close: ['exit'] });
  const stop = () => worker.postMessage('stop');
  return {
    stop,
    async *[Symbol.asyncIterator]() {
      try {
        for await (const [message] of messages as AsyncIterable<[TrainingMessage]>) {
          if ('failure' in message) throw errorOf(message.failure);
          yield message.event;
        }
      } finally {
        // Never terminated: ONNX Runtime aborts the process when its thread is killed within a step.
        stop();
        await exited;
      }
    },
  };
}

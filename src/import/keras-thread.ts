import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { errorOf, type ThreadFailure } from '../core/errors.ts';
import { type KerasThreadData, readKerasHere } from './keras-file.ts';
import type { KerasWeight } from './keras-weights.ts';
import { quoted, refusal } from './refuse.ts';

/** Messages from the reading thread: it starts reading; the result. */
export type KerasMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'weights'; readonly weights: KerasWeight[] }
  | { readonly type: 'failure'; readonly failure: ThreadFailure };

const workerFile = new URL('./keras-worker.js', import.meta.url);

const patience = { milliseconds: 4000, bytesPerMillisecond: 10_000 };

/**
 * Reads the weights of a Keras HDF5 file in a separate thread, which is terminated if the file makes the HDF5 library
 * loop endlessly. Only the built package has a file to start the thread from; run from sources, it reads in this
 * thread.
 */
export async function readKeras(bytes: Uint8Array, path: string): Promise<KerasWeight[]> {
  const workerData: KerasThreadData = { bytes, path };
  if (!existsSync(workerFile)) return readKerasHere(workerData);
  // The library's own output about damage is suppressed; execArgv as for the data thread.
  const worker = new Worker(workerFile, { workerData, execArgv: [], stdout: true, stderr: true });
  try {
    return await answerOf(worker, bytes.length, path);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, length: number, path: string): Promise<KerasWeight[]> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const refuse = (reason: string) => {
      clearTimeout(timer);
      reject(refusal(path, `it is damaged: ${reason}; save or copy it again`));
    };
    worker.on('message', (message: KerasMessage) => {
      if (message.type === 'ready') {
        const limit = patience.milliseconds + length / patience.bytesPerMillisecond;
        timer = setTimeout(() => refuse('the HDF5 library loops endlessly on it'), limit);
        return;
      }
      clearTimeout(timer);
      if (message.type === 'weights') resolve(message.weights);
      else reject(errorOf(message.failure));
    });
    worker.once('error', error => refuse(`the HDF5 library fails on it (${quoted(error.message)})`));
    worker.once('exit', () => refuse('the HDF5 library fails on it'));
  });
}

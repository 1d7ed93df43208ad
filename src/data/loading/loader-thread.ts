import { on } from 'node:events';
import { existsSync } from 'node:fs';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { errorOf, type ThreadFailure } from '../../core/errors.ts';
import type { Size } from '../../core/sizes.ts';
import type { PairFiles } from '../pair-files.ts';
import { assertFillsBatch, type Batch, type BatchSource } from './epochs.ts';
import { type LoadOptions, loadEpochs, usualAhead } from './loader.ts';

/** Start data of the data thread. Functions can't be sent to threads, so skipped pairs are reported by messages. */
export interface ThreadData {
  readonly pairs: readonly PairFiles[];
  readonly options: Omit<LoadOptions, 'onSkip'>;
}

/** Messages to the data thread: start an epoch, whose batches are sent through the given port, or end. */
export type ThreadRequest = EpochRequest | { readonly type: 'close' };

export interface EpochRequest {
  readonly type: 'epoch';
  readonly index: number;
  readonly from: number;
  readonly size: Size;
  readonly port: MessagePort;
}

/**
 * Messages from the data thread on an epoch's port. In the other direction, each (empty) message requests one batch.
 */
export type EpochMessage =
  | { readonly type: 'batch'; readonly batch: Batch }
  | { readonly type: 'skip'; readonly message: string }
  | { readonly type: 'end' }
  | { readonly type: 'failure'; readonly failure: ThreadFailure };

const workerFile = new URL('./worker.js', import.meta.url);

/**
 * A {@link BatchSource} with the same batches as {@link loadEpochs}, but decoding and resizing run in a separate
 * thread, up to `ahead` batches ahead. The thread doesn't keep an idle process alive. Only the built package has a file
 * to start the thread from; run from sources, batches are loaded in this thread.
 */
export function loadEpochsInThread(pairs: readonly PairFiles[], options: LoadOptions): BatchSource {
  if (!existsSync(workerFile)) return loadEpochs(pairs, options);
  const { onSkip, ...cloneable } = options;
  const { batchSize, ahead = usualAhead } = options;
  assertFillsBatch(pairs.length, batchSize);
  const workerData: ThreadData = { pairs, options: cloneable };
  // Inherited flags for the main script, such as --input-type, would stop the thread.
  const worker = new Worker(workerFile, { workerData, execArgv: [] });
  worker.unref();
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));
  const ended = endOf(worker);
  return {
    async *epoch(index, from = 0, size = options.size) {
      const { port1, port2 } = new MessageChannel();
      const request: ThreadRequest = { type: 'epoch', index, from, size, port: port2 };
      worker.ref();
      try {
        worker.postMessage(request, [port2]);
        yield* receiveBatches(port1, Math.max(1, ahead), onSkip, ended);
      } finally {
        port1.close();
        worker.unref();
      }
    },
    close() {
      worker.ref();
      worker.postMessage({ type: 'close' } satisfies ThreadRequest);
      return exited;
    },
  };
}

/** Aborts when the thread ends, with the cause as its reason. */
function endOf(worker: Worker): AbortSignal {
  const end = new AbortController();
  worker.once('error', error => end.abort(error));
  worker.once('exit', () => end.abort(new Error('The data thread has ended')));
  return end.signal;
}

async function* receiveBatches(
  port: MessagePort,
  credits: number,
  onSkip: (message: string) => void,
  ended: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  const grantCredit = () => port.postMessage(null);
  for (let i = 0; i < credits; i++) grantCredit();
  for await (const message of messagesOf(port, ended)) {
    if (message.type === 'end') return;
    if (message.type === 'failure') throw errorOf(message.failure);
    if (message.type === 'skip') onSkip(message.message);
    if (message.type === 'batch') {
      grantCredit();
      yield message.batch;
    }
  }
}

async function* messagesOf(port: MessagePort, ended: AbortSignal): AsyncGenerator<EpochMessage> {
  try {
    for await (const [message] of on(port, 'message', { signal: ended })) yield message;
  } catch (error) {
    throw ended.aborted ? ended.reason : error;
  }
}

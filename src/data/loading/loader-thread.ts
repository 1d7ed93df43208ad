import { on } from 'node:events';
import { existsSync } from 'node:fs';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { errorOf, type ThreadFailure } from '../../core/thread-failure.ts';
import type { PairFiles } from '../pair-files.ts';
import { assertFillsBatch, type Batch, type BatchSource } from './epochs.ts';
import { type LoadOptions, loadEpochs, usualAhead } from './loader.ts';

/** What the data thread is started with; functions don't cross threads, so skipped pairs come back as messages. */
export interface ThreadData {
  readonly pairs: readonly PairFiles[];
  readonly options: Omit<LoadOptions, 'onSkip'>;
}

/** To the data thread: open an epoch, whose batches go through a port of its own, or end. */
export type ThreadRequest =
  | { readonly type: 'epoch'; readonly index: number; readonly from: number; readonly port: MessagePort }
  | { readonly type: 'close' };

/** On an epoch's port, back from the data thread; the other way each (empty) message is credit for one batch. */
export type EpochMessage =
  | { readonly type: 'batch'; readonly batch: Batch }
  | { readonly type: 'skip'; readonly message: string }
  | { readonly type: 'end' }
  | { readonly type: 'failure'; readonly failure: ThreadFailure };

const workerFile = new URL('./worker.js', import.meta.url);

/**
 * A {@link BatchSource} like that of {@link loadEpochs}, with the same batches, but decoding and resizing happen in a
 * thread of their own, up to `ahead` batches ahead. The thread doesn't keep an idle process alive.
 * Only the built package has a file to start a thread from: run from its sources, it loads in this thread.
 */
export function loadEpochsInThread(pairs: readonly PairFiles[], options: LoadOptions): BatchSource {
  if (!existsSync(workerFile)) return loadEpochs(pairs, options);
  const { onSkip, ...cloneable } = options;
  const { batchSize, ahead = usualAhead } = options;
  assertFillsBatch(pairs.length, batchSize);
  const workerData: ThreadData = { pairs, options: cloneable };
  // Inherited flags that are meant for the main script, such as --input-type, would stop the thread.
  const worker = new Worker(workerFile, { workerData, execArgv: [] });
  worker.unref();
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));
  const ended = endOf(worker);
  return {
    async *epoch(index, from = 0) {
      const { port1, port2 } = new MessageChannel();
      const request: ThreadRequest = { type: 'epoch', index, from, port: port2 };
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

/** Aborts once the thread is no more; the reason says why. */
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

import type { MessagePort } from 'node:worker_threads';
import type { ThreadFailure } from '../../core/thread-failure.ts';
import type { PairFiles } from '../pair-files.ts';
import type { Batch } from './batch.ts';
import type { BatchOptions } from './loader.ts';

/** What the data thread is started with; functions don't cross threads, so skipped pairs come back as messages. */
export interface ThreadData {
  readonly pairs: readonly PairFiles[];
  readonly options: Omit<BatchOptions, 'onSkip'> & { readonly seed: number };
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

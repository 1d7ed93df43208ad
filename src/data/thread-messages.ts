import type { MessagePort } from 'node:worker_threads';
import { messageOf, UserError } from '../core/errors.ts';
import type { Batch } from './batch.ts';
import type { BatchOptions } from './loader.ts';
import type { PairFiles } from './pairing.ts';

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
  | { readonly type: 'failure'; readonly user: boolean; readonly message: string; readonly stack?: string };

/** Structured clones lose the class of an error: this keeps whether it was the user's. */
export function failureOf(error: unknown): EpochMessage {
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
  return { type: 'failure', user: error instanceof UserError, message: messageOf(error), ...stack };
}

export function errorOf(failure: EpochMessage & { type: 'failure' }): Error {
  if (failure.user) return new UserError(failure.message);
  const error = new Error(failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}

import { Pix2PixError } from './errors.ts';
import type { Answer, Question } from './protocol.ts';
import code from './worker.ts?code';

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** A worker that runs a model. */
export interface Connection {
  /** Rejects with a {@link Pix2PixError}. */
  ask(question: Unnumbered<Question>, transfer?: Transferable[]): Promise<Answer>;
  /** Ends the worker; what was asked is rejected with `reason`. */
  close(reason: Error): void;
}

/** Starts a worker. From a blob, as the file of a module worker can't be on another site. */
export function connect(): Connection {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let questions = 0;
  /** Why the worker answers no more. */
  let end: Error | null = null;
  const close = (reason: Error) => {
    if (end) return;
    end = reason;
    worker.terminate();
    URL.revokeObjectURL(url);
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if (data.kind === 'lost') return close(gpuLost());
    const asker = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.kind === 'failed') asker?.reject(new Pix2PixError(data.code, data.message));
    else asker?.resolve(data);
  });
  worker.addEventListener('error', ({ message }) =>
    close(new Pix2PixError('runtime', `Cannot run the worker: ${message || 'the browser refuses'}`)),
  );
  return {
    ask: (question, transfer = []) =>
      new Promise((resolve, reject) => {
        if (end) return reject(end);
        const id = questions++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ ...question, id }, transfer);
      }),
    close,
  };
}

function gpuLost(): Pix2PixError {
  return new Pix2PixError('device-lost', 'Cannot translate: the GPU stopped; load the model again');
}

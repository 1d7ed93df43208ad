import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { failureOf } from '../../core/errors.ts';
import type { Batch } from './epochs.ts';
import { loadEpochs } from './loader.ts';
import type { EpochMessage, EpochRequest, ThreadData, ThreadRequest } from './loader-thread.ts';

// The data thread: decodes and resizes while training runs. Started by loader-thread.ts.
const { pairs, options } = workerData as ThreadData;
const openPorts = new Set<MessagePort>();
const source = loadEpochs(pairs, {
  ...options,
  onSkip: message => {
    for (const port of openPorts) send(port, { type: 'skip', message });
  },
});

parentPort!.on('message', (request: ThreadRequest) => {
  if (request.type === 'epoch') return serveEpoch(request);
  for (const port of openPorts) port.close();
  parentPort!.close();
});

function serveEpoch({ index, from, size, port }: EpochRequest): void {
  const batches = source.epoch(index, from, size);
  openPorts.add(port);
  // A generator queues calls of next(), so early requests wait their turn.
  port.on('message', () => sendNext(batches, port));
  port.on('close', () => {
    openPorts.delete(port);
    void batches.return();
  });
}

async function sendNext(batches: AsyncGenerator<Batch, void, undefined>, port: MessagePort): Promise<void> {
  try {
    const { value: batch } = await batches.next();
    if (batch) send(port, { type: 'batch', batch }, [batch.condition.buffer, batch.target.buffer]);
    else send(port, { type: 'end' });
  } catch (error) {
    send(port, { type: 'failure', failure: failureOf(error) });
  }
}

function send(port: MessagePort, message: EpochMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

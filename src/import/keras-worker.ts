import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from '../core/errors.ts';
import { hdf5Library } from './hdf5.ts';
import { type KerasThreadData, readKerasHere } from './keras-file.ts';
import type { KerasMessage } from './keras-thread.ts';

// The thread that reads one Keras file. Started by keras-thread.ts.
const send = (message: KerasMessage, transfer: ArrayBuffer[] = []) =>
  parentPort!.postMessage(message, transfer);

try {
  await hdf5Library;
  send({ type: 'ready' });
  const weights = await readKerasHere(workerData as KerasThreadData);
  send(
    { type: 'weights', weights },
    weights.map(({ data }) => data.buffer as ArrayBuffer),
  );
} catch (error) {
  send({ type: 'failure', failure: failureOf(error) });
}

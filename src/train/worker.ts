import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from '../core/thread-failure.ts';
import type { TrainingMessage } from './start.ts';
import type { TrainRequest } from './trainer.ts';
import { train } from './trainer.ts';

// The training thread: posts each event, stops on any message.
const port = parentPort!;
let stopped = false;
port.once('message', () => {
  stopped = true;
});
const post = (message: TrainingMessage) => port.postMessage(message);
try {
  for await (const event of train(workerData as TrainRequest, () => stopped)) post({ event });
} catch (error) {
  post({ failure: failureOf(error) });
}
port.close();

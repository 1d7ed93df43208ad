import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, UserError } from '../core/errors.ts';
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
  post({
    failure: {
      isUserError: error instanceof UserError,
      message: messageOf(error),
      stack: error instanceof Error ? error.stack : undefined,
    },
  });
}
port.close();

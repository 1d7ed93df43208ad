import { failureOf } from '../core/errors.ts';
import { type ControlRequest, TrainingControl, type TrainRequest } from './request.ts';
import type { TrainingMessage, TrainingWork } from './start.ts';

// The training process: receives the request and then commands, and sends each event. Or it joins a run that another leads.
// It lives as long as its parent. Signals may reach both; the parent decides what they mean.
const dieWithParent = () => process.kill(process.pid, 'SIGKILL');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
// A limit on file sizes is then an error of the write, like a full disk.
process.on('SIGXFSZ', () => {});
process.on('disconnect', dieWithParent);
process.once('message', (work: TrainingWork) => void run(work));

async function run(work: TrainingWork): Promise<void> {
  const control = new TrainingControl();
  process.on('message', (asked: ControlRequest) => control.ask(asked));
  try {
    // Loaded only now, because it takes a while and the signal handlers must be in place before.
    if (work === 'join') await (await import('./join.ts')).joinRun(() => send('joined'));
    else await lead(work, control);
  } catch (error) {
    send({ failure: failureOf(error) });
  }
  process.off('disconnect', dieWithParent);
  process.disconnect();
}

async function lead(request: TrainRequest, control: TrainingControl): Promise<void> {
  const { train } = await import('./trainer.ts');
  let logged = 0;
  const events = train(request, control, bytes => {
    logged = bytes;
  });
  for await (const event of events) send({ event, logged });
}

/** Without a parent, sending fails and the process is about to end: the callback ignores that error. */
function send(message: TrainingMessage): void {
  process.send?.(message, undefined, undefined, () => {});
}

import { showError } from '../app/toasts.tsx';
import { ARCHIVE, downloadRun } from './download.ts';
import type { LabMessage, LabRequest } from './protocol.ts';

/** In milliseconds; the step that the worker is at has to end first. */
const LONGEST = 60_000;

/** As a listener of `beforeunload`: the browser asks whether to leave. */
export const askToStay = (event: Event) => event.preventDefault();

/** Ends a worker once it has kept its run; where the browser refuses to keep it, the run is downloaded. */
export async function dismiss(worker: Worker): Promise<void> {
  addEventListener('beforeunload', askToStay);
  await leftBy(worker);
  removeEventListener('beforeunload', askToStay);
  worker.terminate();
}

function leftBy(worker: Worker): Promise<void> {
  const ask = (question: LabRequest) => worker.postMessage(question);
  return new Promise(resolve => {
    let isKept = false;
    worker.onmessage = ({ data }: MessageEvent<LabMessage>) => {
      if (data.kind === 'saved') isKept = true;
      if (data.kind === 'paused' && !isKept) return ask({ kind: 'archive' });
      if (data.kind === 'archive') handOver(data.archive);
      if (data.kind === 'failed') showError(data.message);
      if (data.kind === 'paused' || data.kind === 'archive' || data.kind === 'failed') resolve();
    };
    setTimeout(resolve, LONGEST);
    ask({ kind: 'pause' });
  });
}

function handOver(archive: Uint8Array): void {
  downloadRun(archive);
  showError(
    `Cannot keep the run in this browser: it was downloaded instead; drop ${ARCHIVE} on the Lab to continue`,
  );
}

import { useEffect, useMemo, useState } from 'preact/hooks';
import { showError } from '../app/toasts.tsx';
import type { LabMessage, LabRequest, SampleRow, SavedLab } from './protocol.ts';

type Of<Kind extends LabMessage['kind']> = Extract<LabMessage, { kind: Kind }>;

/** The worker's state, as the page shows it. */
export interface Lab {
  readonly backend: string | null;
  /** The run stored by an earlier visit. */
  readonly saved: SavedLab | null;
  /** Size of the current run's images. */
  readonly size: number | null;
  readonly training: boolean;
  readonly steps: readonly Of<'step'>[];
  readonly rows: readonly SampleRow[];
  readonly savedStep: number | null;
  readonly translated: Uint8Array | null;
}

const nothing: Lab = {
  backend: null,
  saved: null,
  size: null,
  training: false,
  steps: [],
  rows: [],
  savedStep: null,
  translated: null,
};

/** Starts the worker; `?backend=webgpu` or `wasm` overrides its choice. */
export function useLab(): { lab: Lab; ask: (question: LabRequest) => void } {
  const [lab, setLab] = useState(nothing);
  // A worker can't recover a lost GPU; a new worker starts from the stored run.
  const [lost, setLost] = useState(0);
  const worker = useMemo(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    [lost],
  );
  useEffect(() => {
    worker.onmessage = ({ data }: MessageEvent<LabMessage>) => {
      if (data.kind === 'failed') showError(new Error(data.message));
      if (data.kind === 'archive') offer(data.archive);
      setLab(before => ({ ...before, ...changeOf(before, data) }));
      if (data.kind === 'failed' && data.lost) setLost(times => times + 1);
    };
    const backend = new URLSearchParams(location.search).get('backend');
    worker.postMessage({
      kind: 'hello',
      runtime: new URL('ort/', document.baseURI).href,
      backend: backend === 'webgpu' || backend === 'wasm' ? backend : 'auto',
      // Threads share memory, which only isolated pages may.
      threads: crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1,
    } satisfies LabRequest);
    return () => worker.terminate();
  }, [worker]);
  return { lab, ask: question => worker.postMessage(question) };
}

function changeOf(before: Lab, answer: LabMessage): Partial<Lab> {
  if (answer.kind === 'failed' && answer.lost) return nothing;
  if (answer.kind === 'hello') return { backend: answer.backend, saved: answer.saved };
  if (answer.kind === 'built')
    return { ...nothing, backend: before.backend, size: answer.size, training: true };
  if (answer.kind === 'step') return { training: true, steps: [...before.steps.slice(-1999), answer] };
  if (answer.kind === 'sample') return { rows: answer.rows };
  if (answer.kind === 'saved') return { savedStep: answer.step };
  if (answer.kind === 'translated') return { translated: answer.pixels };
  if (answer.kind === 'paused' || answer.kind === 'failed') return { training: false };
  return {};
}

function offer(archive: Uint8Array): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(
    new Blob([archive as Uint8Array<ArrayBuffer>], { type: 'application/zip' }),
  );
  link.download = 'lab.zip';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

import { useEffect, useMemo, useState } from 'preact/hooks';
import { complain } from '../app/toasts.tsx';
import type { LabAnswer, LabQuestion, SampleRow, SavedLab } from './protocol.ts';

type Of<Kind extends LabAnswer['kind']> = Extract<LabAnswer, { kind: Kind }>;

/** What the page shows of the worker. */
export interface Lab {
  readonly backend: string | null;
  /** What an earlier visit left. */
  readonly saved: SavedLab | null;
  /** Of the run at hand. */
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
export function useLab(): { lab: Lab; ask: (question: LabQuestion) => void } {
  const [lab, setLab] = useState(nothing);
  // A graphics processor that was lost is gone for its worker; the next one starts from what was kept.
  const [lost, setLost] = useState(0);
  const worker = useMemo(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    [lost],
  );
  useEffect(() => {
    worker.onmessage = ({ data }: MessageEvent<LabAnswer>) => {
      if (data.kind === 'failed') complain(new Error(data.message));
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
    } satisfies LabQuestion);
    return () => worker.terminate();
  }, [worker]);
  return { lab, ask: question => worker.postMessage(question) };
}

function changeOf(before: Lab, answer: LabAnswer): Partial<Lab> {
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

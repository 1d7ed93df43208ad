import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LabPair } from '../../src/browser/lab-run.ts';
import type { Palette } from '../../src/server/api.ts';
import { defaultThreads } from '../../src/web/device.ts';
import { Pix2PixError } from '../../src/web/errors.ts';
import { showError } from '../app/toasts.tsx';
import type { ImageModel, Translated } from '../inference/model.ts';
import { askToStay, dismiss } from './dismiss.ts';
import { downloadRun } from './download.ts';
import type { LabMessage, LabRequest, LabSample, SavedLab } from './protocol.ts';
import { keepSample } from './samples.ts';

type Of<Kind extends LabMessage['kind']> = Extract<LabMessage, { kind: Kind }>;

/** The worker's state, as the page shows it. */
export interface LabState {
  readonly backend: string | null;
  /** The run stored by an earlier visit. */
  readonly saved: SavedLab | null;
  /** Some of the pairs to learn from; null while they load. */
  readonly pairs: readonly LabPair[] | null;
  /** How far the current run is, or before one the stored run; 0 if there is neither. */
  readonly step: number;
  /** Size of the current run's images. */
  readonly size: number | null;
  /** How to draw a condition. */
  readonly palette: Palette | null;
  readonly training: boolean;
  readonly steps: readonly Of<'step'>[];
  /** What the generator made of some pairs, through the training. */
  readonly samples: readonly LabSample[];
  readonly savedStep: number | null;
}

export interface Lab extends LabState {
  ask(question: LabRequest): void;
  /** The network as it is in training; a new one after every sample. Null before a run. */
  readonly model: ImageModel | null;
}

const nothing: LabState = {
  backend: null,
  saved: null,
  step: 0,
  pairs: null,
  size: null,
  palette: null,
  training: false,
  steps: [],
  samples: [],
  savedStep: null,
};

const mostSteps = 2000;

/** Once the worker of the last visit has kept its run, which the next one may continue. */
let left = Promise.resolve();

/** Starts the worker; `?backend=webgpu` or `wasm` overrides its choice. */
export function useLab(): Lab {
  const [lab, setLab] = useState(nothing);
  // A worker can't recover a lost GPU; a new worker starts from the stored run.
  const [lost, setLost] = useState(0);
  const worker = useMemo(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    [lost],
  );
  const translations = useRef(new Map<number, Waiting>());
  const unsaved = useRef(false);
  unsaved.current = hasUnsaved(lab);
  useEffect(() => {
    worker.onmessage = ({ data }: MessageEvent<LabMessage>) => {
      if (data.kind === 'failed' || data.kind === 'notice') showError(data.message);
      if (data.kind === 'archive') downloadRun(data.archive);
      if (data.kind === 'translated' || data.kind === 'untranslated') settle(translations.current, data);
      setLab(before => ({ ...before, ...changeOf(before, data) }));
      if (data.kind === 'failed' && data.lost) setLost(times => times + 1);
    };
    const backend = new URLSearchParams(location.search).get('backend');
    const hello: LabRequest = {
      kind: 'hello',
      runtime: new URL('ort/', document.baseURI).href,
      backend: backend === 'webgpu' || backend === 'wasm' ? backend : 'auto',
      threads: defaultThreads(),
    };
    void left.then(() => worker.postMessage(hello));
    return () => {
      if (unsaved.current) left = dismiss(worker);
      else worker.terminate();
      for (const { reject } of translations.current.values())
        reject(new Pix2PixError('disposed', 'Cannot translate: the run was closed'));
      translations.current.clear();
    };
  }, [worker]);
  useEffect(() => {
    if (!unsaved.current) return;
    addEventListener('beforeunload', askToStay);
    return () => removeEventListener('beforeunload', askToStay);
  }, [unsaved.current]);
  const ask = (question: LabRequest) => worker.postMessage(question);
  const step = lab.samples.at(-1)?.step;
  const model = useMemo((): ImageModel | null => {
    if (lab.size === null || step === undefined) return null;
    return {
      backend: `at step ${step}`,
      close: () => {},
      translate: image =>
        new Promise((resolve, reject) => {
          const id = nextId++;
          translations.current.set(id, { resolve, reject });
          ask({ kind: 'translate', id, image });
        }),
    };
  }, [worker, lab.size, step]);
  return { ...lab, ask, model };
}

/** Whether there are steps that only the worker knows; broken networks are not worth keeping. */
function hasUnsaved({ steps, savedStep }: LabState): boolean {
  const last = steps.at(-1)?.event;
  return last !== undefined && last.step > (savedStep ?? 0) && Number.isFinite(last.generatorLoss);
}

let nextId = 0;

/** A translation that the worker has not answered yet. */
interface Waiting {
  readonly resolve: (translated: Translated) => void;
  readonly reject: (error: Error) => void;
}

function settle(waiting: Map<number, Waiting>, answer: Of<'translated' | 'untranslated'>): void {
  const translation = waiting.get(answer.id);
  waiting.delete(answer.id);
  if (answer.kind === 'translated') translation?.resolve(answer);
  else translation?.reject(new Error(answer.message));
}

function changeOf(before: LabState, answer: LabMessage): Partial<LabState> {
  if (answer.kind === 'failed' && answer.lost) return { ...nothing, pairs: before.pairs };
  if (answer.kind === 'hello') {
    const { backend, saved } = answer;
    return { backend, saved, step: saved?.step ?? 0 };
  }
  if (answer.kind === 'shown') return { pairs: answer.pairs, palette: before.palette ?? answer.palette };
  if (answer.kind === 'built') {
    const { backend, pairs } = before;
    const { size, step, palette } = answer;
    return { ...nothing, backend, pairs, size, step, palette, training: true };
  }
  if (answer.kind === 'closed') {
    const { backend, pairs } = before;
    return { ...nothing, backend, pairs, saved: answer.saved, step: answer.saved?.step ?? 0 };
  }
  if (answer.kind === 'step') {
    const steps = [...before.steps.slice(1 - mostSteps), answer];
    return { training: true, steps, step: answer.event.step };
  }
  if (answer.kind === 'sample') return { samples: keepSample(before.samples, answer) };
  if (answer.kind === 'saved') return { savedStep: answer.step };
  if (answer.kind === 'paused' || answer.kind === 'failed') return { training: false };
  return {};
}

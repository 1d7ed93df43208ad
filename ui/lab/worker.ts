import { type LabPair, LabRun, labConfig } from '../../src/browser/lab-run.ts';
import { messageOf } from '../../src/core/errors.ts';
import { type Device, devices, wasm } from '../../src/runtime/device.ts';
import { DeviceError, type DeviceFault } from '../../src/runtime/device-failure.ts';
import type { Runtime } from '../../src/runtime/resident.ts';
import { chooseDevice } from '../../src/web/device.ts';
import { pairsOf, paletteOf, somePairsOf } from './pairs.ts';
import type { LabMessage, LabRequest, LabSettings, LabSource } from './protocol.ts';
import { loadLab, saveLab } from './storage.ts';

// Trains in the tab: between steps it answers requests.

const SAVE_EVERY = 25;
/** Early steps change most. */
const earlySamples = [1, 3, 6, 12];

let runtime: Runtime & { readonly env: { readonly webgpu?: { readonly device?: Promise<GPUDevice> } } };
let device: Device;
let run: LabRun | null = null;
let settings: LabSettings | null = null;
let shown: readonly LabPair[] = [];
let training = false;

const tell = (answer: LabMessage) => postMessage(answer);

async function hello(question: Extract<LabRequest, { kind: 'hello' }>): Promise<void> {
  const gpu = (await chooseDevice(question.backend)) === 'webgpu';
  const file = gpu ? 'ort.jspi.min.mjs' : 'ort.wasm.min.mjs';
  const ort = await import(/* @vite-ignore */ new URL(file, question.runtime).href);
  ort.env.wasm.wasmPaths = question.runtime;
  ort.env.wasm.numThreads = question.threads;
  ort.env.logLevel = 'error';
  runtime = ort;
  device = gpu ? devices.webgpu : wasm;
  const saved = await loadLab();
  tell({
    kind: 'hello',
    backend: gpu ? 'WebGPU' : `WebAssembly, ${question.threads} thread${question.threads > 1 ? 's' : ''}`,
    saved: saved && { step: saved.step, settings: saved.settings },
  });
}

/** Reports that the GPU was lost while `current` was in use: what it was computing then may neither end nor fail. */
async function watchDevice(current: LabRun): Promise<void> {
  const gpu = await runtime.env.webgpu?.device;
  gpu?.lost.then(() => {
    if (run === current) fail(new DeviceError('lost', 'The GPU was lost'));
  });
}

async function build(wanted: LabSettings, archive?: Uint8Array): Promise<void> {
  const before = run;
  run = null;
  await before?.close();
  const config = labConfig(wanted);
  const pairs = await pairsOf(wanted.source, config);
  // Keep no larger pictures than the run needs.
  settings = 'pairs' in wanted.source ? { ...wanted, source: { pairs: pairs.train } } : wanted;
  run = await LabRun.open(runtime, device, config, pairs.train, archive);
  if (device === devices.webgpu) await watchDevice(run);
  shown = run.seenBy(pairs.shown);
  tell({ kind: 'built', size: run.config.size[0], step: run.step, palette: paletteOf(wanted.source) });
  await sample(run);
  training = true;
}

async function resume(): Promise<void> {
  const saved = await loadLab();
  if (saved) await build(saved.settings, saved.archive);
}

async function step(current: LabRun): Promise<void> {
  const from = performance.now();
  const event = await current.next();
  if (!event) return pause(current);
  if (event.type !== 'step') return;
  const milliseconds = performance.now() - from;
  tell({ kind: 'step', event, milliseconds, transferredBytes: { ...current.transferredBytes } });
  if (!Number.isFinite(event.generatorLoss)) throw new Error('The losses are NaN or infinite: start again');
  const isDue = current.step % SAVE_EVERY === 0;
  if (isDue || earlySamples.includes(current.step)) await sample(current);
  if (isDue) await save(current);
}

async function sample(current: LabRun): Promise<void> {
  const generated = await current.translate(shown.map(({ condition }) => condition));
  const rows = shown.map(({ condition, target }, i) => ({ condition, target, generated: generated[i]! }));
  tell({ kind: 'sample', step: current.step, rows });
}

async function show(source: LabSource): Promise<void> {
  tell({ kind: 'shown', pairs: await somePairsOf(source), palette: paletteOf(source) });
}

async function translate(
  current: LabRun,
  { id, image }: Extract<LabRequest, { kind: 'translate' }>,
): Promise<void> {
  const from = performance.now();
  const [generated] = await current.translate([image]);
  tell({ kind: 'translated', id, image: generated!, milliseconds: performance.now() - from });
}

async function pause(current: LabRun): Promise<void> {
  training = false;
  await save(current);
  tell({ kind: 'paused' });
}

async function save(current: LabRun): Promise<void> {
  await saveLab({ step: current.step, settings: settings!, archive: await current.archive() });
  tell({ kind: 'saved', step: current.step });
}

async function answer(question: LabRequest): Promise<void> {
  if (question.kind === 'hello') return hello(question);
  if (question.kind === 'show') return show(question.source);
  if (question.kind === 'start') return build(question.settings);
  if (question.kind === 'import') return build(question.settings, question.archive);
  if (question.kind === 'continue' && !run) return resume();
  if (!run) return;
  if (question.kind === 'continue') training = true;
  if (question.kind === 'archive') tell({ kind: 'archive', archive: await run.archive() });
  if (question.kind === 'translate') await translate(run, question);
  if (question.kind === 'pause') await pause(run);
}

const faults: Readonly<Partial<Record<DeviceFault, string>>> = {
  missing: 'This browser has no WebGPU adapter: leave ?backend=webgpu out',
  lost: 'The GPU was lost, as after a driver reset: continue from the last step that was kept',
  memory: 'The GPU does not have enough memory: choose fewer pixels or filters',
};

/** A worker whose GPU was lost can't compute any more: it says so once, and nothing after that. */
let isLost = false;

function fail(error: unknown): void {
  if (isLost) return;
  const fault = error instanceof DeviceError ? error.fault : null;
  isLost = fault === 'lost';
  training = false;
  tell({ kind: 'failed', message: (fault && faults[fault]) ?? messageOf(error), lost: isLost });
}

const questions: LabRequest[] = [];
let busy = false;

/** One thing at a time: requests first, then steps, with a pause in between so that requests can arrive. */
async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    for (;;) {
      const question = questions.shift();
      if (question) await answer(question);
      else if (training && run) await step(run);
      else break;
      await new Promise(resolve => setTimeout(resolve));
    }
  } catch (error) {
    fail(error);
  } finally {
    busy = false;
  }
}

addEventListener('message', ({ data }: MessageEvent<LabRequest>) => {
  questions.push(data);
  void work();
});

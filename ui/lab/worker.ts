import { type ArchivedRun, unpackRun } from '../../src/browser/archive.ts';
import { type LabPair, LabRun, labConfig, wasTrainedOn } from '../../src/browser/lab-run.ts';
import type { RunConfig } from '../../src/config/config.ts';
import { messageOf } from '../../src/core/errors.ts';
import { type Device, devices, wasm } from '../../src/runtime/device.ts';
import { DeviceError, type DeviceFault } from '../../src/runtime/device-failure.ts';
import type { Runtime } from '../../src/runtime/resident.ts';
import { chooseDevice } from '../../src/web/device.ts';
import { pairsOf, paletteOf, somePairsOf } from './pairs.ts';
import type { LabMessage, LabRequest, LabSettings, LabSource, SavedLab } from './protocol.ts';
import { claimStorage, loadLab, saveLab } from './storage.ts';

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
/** Whether this tab may replace the run that the browser keeps. */
let keeps = false;
/** Whether the user knows that the browser refuses to keep this run. */
let toldUnsaved = false;

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
  tell({
    kind: 'hello',
    backend: gpu ? 'WebGPU' : `WebAssembly, ${question.threads} thread${question.threads > 1 ? 's' : ''}`,
    saved: await savedLab(),
  });
}

/** The stored run; null also in a browser without storage. */
async function savedLab(): Promise<SavedLab | null> {
  const saved = await loadLab().catch(() => null);
  return saved && { step: saved.step, settings: saved.settings };
}

/** Reports that the GPU was lost while `current` was in use: what it was computing then may neither end nor fail. */
async function watchDevice(current: LabRun): Promise<void> {
  const gpu = await runtime.env.webgpu?.device;
  gpu?.lost.then(() => {
    if (run === current) fail(new DeviceError('lost', 'The GPU was lost'));
  });
}

async function build(wanted: LabSettings, archive?: Uint8Array): Promise<void> {
  // The run before stays if these can't be read.
  const saved = archive && (await unpackRun(archive));
  const config = saved?.config ?? labConfig(wanted);
  const pairs = await pairsOf(wanted, config);
  run = await replaceRun(config, pairs.train, saved);
  // Keep no larger pictures than the run needs.
  settings =
    'pairs' in wanted.source
      ? { ...wanted, direction: config.direction, source: { pairs: pairs.train } }
      : wanted;
  keeps ||= await claimStorage().catch(() => true);
  toldUnsaved = !keeps;
  if (device === devices.webgpu) await watchDevice(run);
  shown = run.seenBy(pairs.shown);
  const palette = paletteOf(wanted.source, config.direction !== wanted.direction);
  tell({ kind: 'built', size: config.size[0], step: run.step, palette });
  if (saved && !(await wasTrainedOn(saved, pairs.train)))
    tell({ kind: 'notice', message: otherPairs(saved, pairs.train) });
  if (!keeps) tell({ kind: 'notice', message: keptByAnother });
  await sample(run);
  training = true;
}

const keptByAnother =
  'Cannot keep the run in this browser: another tab with the Lab keeps its own; download it before you leave the page';

function otherPairs({ pairs }: ArchivedRun, now: readonly LabPair[]): string {
  const count = Number.parseInt(pairs, 10);
  return `The run was trained on ${count} other pairs and now continues on ${now.length}: to keep to its own, choose or drop them, then drop the zip again`;
}

/** Closes the run before the next one opens: memory may not suffice for both. */
async function replaceRun(
  config: RunConfig,
  pairs: readonly LabPair[],
  saved: ArchivedRun | undefined,
): Promise<LabRun> {
  const before = run;
  run = null;
  try {
    await before?.close();
    return await LabRun.open(runtime, device, config, pairs, saved);
  } catch (error) {
    tell({ kind: 'closed', saved: await savedLab() });
    throw error;
  }
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

async function translate({ id, image }: Extract<LabRequest, { kind: 'translate' }>): Promise<void> {
  try {
    if (!run) throw new Error('Cannot translate: there is no run; start one');
    const from = performance.now();
    const [generated] = await run.translate([image]);
    tell({ kind: 'translated', id, image: generated!, milliseconds: performance.now() - from });
  } catch (error) {
    tell({ kind: 'untranslated', id, message: explain(error) });
    if (error instanceof DeviceError) throw error;
  }
}

async function pause(current: LabRun): Promise<void> {
  training = false;
  await save(current);
  tell({ kind: 'paused' });
}

async function save(current: LabRun): Promise<void> {
  if (!keeps) return;
  const { step } = current;
  const saving = async () => saveLab({ step, settings: settings!, archive: await current.archive() });
  await saving().then(() => tell({ kind: 'saved', step }), reportUnsaved);
}

function reportUnsaved(error: unknown): void {
  if (error instanceof DeviceError) throw error;
  if (toldUnsaved) return;
  toldUnsaved = true;
  const message = `Cannot keep the run in this browser: ${messageOf(error)}; download it before you leave the page`;
  tell({ kind: 'notice', message });
}

async function answer(question: LabRequest): Promise<void> {
  if (question.kind === 'hello') return hello(question);
  if (question.kind === 'show') return show(question.source);
  if (question.kind === 'start') return build(question.settings);
  if (question.kind === 'import') return build(question.settings, question.archive);
  if (question.kind === 'translate') return translate(question);
  if (question.kind === 'continue' && !run) return resume();
  if (!run) return;
  if (question.kind === 'continue') training = true;
  if (question.kind === 'archive') tell({ kind: 'archive', archive: await run.archive() });
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
  training = false;
  if (isLost) return;
  isLost = error instanceof DeviceError && error.fault === 'lost';
  tell({ kind: 'failed', message: explain(error), lost: isLost });
}

function explain(error: unknown): string {
  return (error instanceof DeviceError && faults[error.fault]) || messageOf(error);
}

const questions: LabRequest[] = [];
let busy = false;

/** One thing at a time: requests first, then steps, with a pause in between so that requests can arrive. */
async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  while (questions.length > 0 || (training && run)) {
    const question = questions.shift();
    await (question ? answer(question) : step(run!)).catch(fail);
    await new Promise(resolve => setTimeout(resolve));
  }
  busy = false;
}

addEventListener('message', ({ data }: MessageEvent<LabRequest>) => {
  questions.push(data);
  void work();
});

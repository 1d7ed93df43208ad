import { type Connection, connect } from './connection.ts';
import { type DevicePreference, defaultThreads } from './device.ts';
import { download, downloadText } from './download.ts';
import { Pix2PixError } from './errors.ts';
import { createModel, type Model } from './model.ts';
import { infoIn, type Manifest, type ModelInfo, parseManifest } from './model-info.ts';
import { selfTest } from './self-test.ts';

export interface Progress {
  /** `runtime` and `model` are downloads; `warm-up` is opening the model and its first run. */
  readonly stage: 'runtime' | 'model' | 'warm-up';
  /** Bytes; steps of the warm-up. */
  readonly loaded: number;
  /** 0 if the server does not say. */
  readonly total: number;
}

export interface LoadOptions {
  /** `auto` (default): WebGPU if there is one that computes correctly, else WebAssembly. */
  readonly device?: DevicePreference;
  /** Threads of WebAssembly, by default as many as cores, at most 8. Pages that are not isolated have one. */
  readonly threads?: number;
  /** Address of the folder with ONNX Runtime's files, by default the one that model.json names, else `ort/` beside the library. */
  readonly runtime?: string | URL;
  /** Whether to keep the model in the browser's cache (default), or in which cache. Models without a known hash are not. */
  readonly cache?: boolean | string;
  /** The .onnx file's hash as in HTML: `sha256-…`. By default the one that model.json names. */
  readonly integrity?: string;
  /** Whether to compare WebGPU's result for a stored picture with the stored result (default). */
  readonly verify?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

const CACHE = 'pix2pix';

/**
 * Loads a model into a worker of its own.
 *
 * @param model address of a `model.json` or .onnx file that `pix2pix export` wrote, or the content of an .onnx file
 * @throws {@link Pix2PixError}, or the reason of an aborted signal
 */
export async function load(model: string | URL | ArrayBuffer, options: LoadOptions = {}): Promise<Model> {
  const { signal, onProgress = () => {}, device: preference = 'auto' } = options;
  signal?.throwIfAborted();
  const [device, found] = await Promise.all([choose(preference, signal), findModel(model, options)]);
  const runtime = found.runtime;
  const [file, wasm] = await Promise.all([found.file(), downloadRuntime(runtime, device, options)]);
  const info = infoIn(file, found.name);
  const start = (device: Model['device'], wasm: Uint8Array) =>
    open({ file, info, runtime, device, wasm, check: found.check }, options);
  onProgress({ stage: 'warm-up', loaded: 0, total: 1 });
  const opened = await start(device, wasm).catch(async error => {
    signal?.throwIfAborted();
    if (device === 'wasm' || preference !== 'auto') throw error;
    return start('wasm', await downloadRuntime(runtime, 'wasm', options));
  });
  onProgress({ stage: 'warm-up', loaded: 1, total: 1 });
  return opened;
}

/** Removes all models that the browser keeps; `name` is the cache's that `load` was given. */
export async function clearCache(name = CACHE): Promise<void> {
  await globalThis.caches?.delete(name);
}

/** Asks a worker: in the page, browsers warn on the console if there is no GPU. */
async function choose(preference: DevicePreference, signal?: AbortSignal): Promise<Model['device']> {
  if (preference === 'wasm') return 'wasm';
  const connection = connect();
  const stop = () => connection.close(signal!.reason);
  signal?.addEventListener('abort', stop);
  try {
    const answer = await connection.ask({ kind: 'choose', preference });
    return answer.kind === 'chosen' ? answer.device : 'wasm';
  } finally {
    signal?.removeEventListener('abort', stop);
    connection.close(new Pix2PixError('disposed', 'The worker has answered'));
  }
}

interface FoundModel {
  readonly name: string;
  /** Address of the runtime's folder, with a slash at its end. */
  readonly runtime: string;
  /** With full addresses. */
  readonly check: Manifest['check'];
  file(): Promise<Uint8Array>;
}

async function findModel(model: string | URL | ArrayBuffer, options: LoadOptions): Promise<FoundModel> {
  const { integrity, cache = true, signal, onProgress } = options;
  const runtime = options.runtime === undefined ? undefined : folderAt(absolute(options.runtime));
  if (model instanceof ArrayBuffer) {
    const file = new Uint8Array(model);
    return { name: 'the model', runtime: runtime ?? besideLibrary(), check: null, file: async () => file };
  }
  const fileAt =
    (url: string, bytes?: number, known = integrity) =>
    () =>
      download(url, {
        signal,
        bytes,
        integrity: known,
        cache: cache === true ? CACHE : cache || null,
        onProgress: (loaded, total) => onProgress?.({ stage: 'model', loaded, total }),
      });
  const url = absolute(model);
  if (!/\.json$/.test(new URL(url).pathname)) {
    return { name: url, runtime: runtime ?? besideLibrary(), check: null, file: fileAt(url) };
  }
  const manifest = parseManifest(await downloadText(url, signal), url);
  const beside = (path: string) => new URL(path, url).href;
  return {
    name: manifest.name,
    runtime: runtime ?? folderAt(beside(manifest.runtime)),
    check: manifest.check && {
      condition: beside(manifest.check.condition),
      generated: beside(manifest.check.generated),
    },
    // Browsers compute hashes on https pages only; on others the length has to do, unless a hash was asked for.
    file: fileAt(
      beside(manifest.model),
      manifest.bytes,
      integrity ?? (globalThis.crypto?.subtle ? manifest.integrity : undefined),
    ),
  };
}

function absolute(url: string | URL): string {
  return new URL(url, globalThis.document?.baseURI).href;
}

function folderAt(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function besideLibrary(): string {
  // In two steps, as bundlers would take the folder for a file.
  const folder = 'ort/';
  return new URL(folder, import.meta.url).href;
}

async function downloadRuntime(
  runtime: string,
  device: Model['device'],
  { signal, onProgress }: LoadOptions,
): Promise<Uint8Array> {
  const name = device === 'webgpu' ? 'ort-wasm-simd-threaded.jspi.wasm' : 'ort-wasm-simd-threaded.wasm';
  return download(`${runtime}${name}`, {
    signal,
    onProgress: (loaded, total) => onProgress?.({ stage: 'runtime', loaded, total }),
  });
}

interface Opening {
  readonly file: Uint8Array;
  readonly info: ModelInfo;
  readonly runtime: string;
  readonly device: Model['device'];
  readonly wasm: Uint8Array;
  readonly check: Manifest['check'];
}

async function open(
  { file, info, runtime, device, wasm, check }: Opening,
  options: LoadOptions,
): Promise<Model> {
  const { signal, verify = true } = options;
  const threads = device === 'wasm' ? (options.threads ?? defaultThreads()) : 1;
  const connection = connect();
  const stop = () => connection.close(signal!.reason);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    await connection.ask({ kind: 'open', info, model: file, wasm, runtime, device, threads });
    const model = createModel(connection, info, { device, threads });
    if (device === 'webgpu' && verify && check) await selfTest(model, check, signal);
    else await warmUp(connection, info);
    return model;
  } catch (error) {
    connection.close(error as Error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** A first run, which takes longer than the next ones. */
async function warmUp(connection: Connection, { size: [height, width] }: ModelInfo): Promise<void> {
  await connection.ask({ kind: 'translate', data: new Uint8ClampedArray(height * width * 4), height, width });
}

import type * as Runtime from 'onnxruntime-web';
import type { Answer, Question } from './protocol.ts';

// One worker runs one model. It is a worker so that drawing stays smooth while it computes.

type Open = Extract<Question, { kind: 'open' }>;
type Translate = Extract<Question, { kind: 'translate' }>;

let runtime: typeof Runtime;
let session: Runtime.InferenceSession;

async function open(question: Open): Promise<Answer> {
  const model = new Uint8Array(question.model);
  if (question.gpu && (await hasGpu())) {
    const backend = await start(question, 'ort.webgpu.min.mjs', 'webgpu', model).catch(() => null);
    if (backend !== null) return { id: question.id, kind: 'opened', backend: 'WebGPU' };
  }
  await start(question, 'ort.wasm.min.mjs', 'wasm', model);
  const { threads } = question;
  const backend = `WebAssembly, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
  return { id: question.id, kind: 'opened', backend };
}

async function start({ runtime: folder, threads }: Open, file: string, provider: string, model: Uint8Array) {
  runtime = await import(/* @vite-ignore */ new URL(file, folder).href);
  runtime.env.wasm.wasmPaths = folder;
  runtime.env.wasm.numThreads = threads;
  runtime.env.logLevel = 'error';
  session = await runtime.InferenceSession.create(model, { executionProviders: [provider] });
  return provider;
}

/** A software adapter would be slower than WebAssembly. */
async function hasGpu(): Promise<boolean> {
  const gpu = (
    navigator as { gpu?: { requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean } } | null> } }
  ).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return Boolean(adapter) && adapter?.info?.isFallbackAdapter !== true;
}

async function translate({ id, pixels, shape }: Translate): Promise<Answer> {
  const input = new runtime.Tensor('uint8', pixels, shape);
  const from = performance.now();
  const results = await session.run({ [session.inputNames[0]!]: input });
  const output = results[session.outputNames[0]!]!;
  const milliseconds = performance.now() - from;
  const [, height, width, channels] = output.dims as [number, number, number, number];
  return {
    id,
    kind: 'translated',
    pixels: (output.data as Uint8Array).slice(),
    shape: [height, width, channels],
    milliseconds,
  };
}

/** ONNX Runtime runs one thing at a time. */
let queue: Promise<unknown> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  queue = queue
    .then(() => (data.kind === 'open' ? open(data) : translate(data)))
    .catch((error: Error): Answer => ({ id: data.id, kind: 'failed', message: error.message }))
    .then(answer => {
      postMessage(answer, { transfer: answer.kind === 'translated' ? [answer.pixels.buffer] : [] });
    });
});

import { cropImage, type Image, imageToPlanes, padImage, planesToImage } from '../core/image.ts';
import { chooseDevice } from './device.ts';
import { Pix2PixError } from './errors.ts';
import { paddedSize } from './fit.ts';
import type { ModelInfo } from './model-info.ts';
import { brightnessOf, imageOf, rgbaOf } from './pixels.ts';
import type { Answer, Question } from './protocol.ts';

// One worker runs one model. It is a worker so that the page stays responsive while it computes.

type Choose = Extract<Question, { kind: 'choose' }>;
type Open = Extract<Question, { kind: 'open' }>;
type Translate = Extract<Question, { kind: 'translate' }>;

/** The part of onnxruntime-web that is used here. */
interface Runtime {
  readonly env: {
    readonly wasm: { wasmBinary?: Uint8Array; wasmPaths?: string; numThreads?: number };
    readonly webgpu?: { readonly device?: Promise<{ readonly lost: Promise<unknown> }> };
    logLevel?: string;
  };
  readonly Tensor: new (type: string, data: Uint8Array | Float32Array, shape: readonly number[]) => object;
  readonly InferenceSession: {
    create(model: Uint8Array, options: { executionProviders: string[] }): Promise<Session>;
  };
}

interface Session {
  run(
    feeds: Readonly<Record<string, object>>,
  ): Promise<Readonly<Record<string, { readonly data: Uint8Array | Float32Array }>>>;
}

let runtime: Runtime;
let session: Session;
let info: ModelInfo;

function respond(question: Question): Promise<Answer> {
  if (question.kind === 'choose') return choose(question);
  return question.kind === 'open' ? open(question) : translate(question);
}

async function choose({ id, preference }: Choose): Promise<Answer> {
  return { id, kind: 'chosen', device: await chooseDevice(preference) };
}

async function open(question: Open): Promise<Answer> {
  const { id, device, model, wasm, threads } = question;
  info = question.info;
  const file = new URL(device === 'webgpu' ? 'ort.jspi.min.mjs' : 'ort.wasm.min.mjs', question.runtime).href;
  runtime = await import(/* @vite-ignore */ file).catch(cause => {
    throw new Pix2PixError('runtime', `Cannot load "${file}": ${firstLine(cause)}`, { cause });
  });
  const { env } = runtime;
  Object.assign(env.wasm, { wasmBinary: wasm, wasmPaths: question.runtime, numThreads: threads });
  env.logLevel = 'error';
  session = await runtime.InferenceSession.create(model, { executionProviders: [device] }).catch(cause => {
    throw new Pix2PixError('runtime', `Cannot open "${info.name}": ${firstLine(cause)}`, { cause });
  });
  const gpu = device === 'webgpu' ? await env.webgpu?.device : undefined;
  gpu?.lost.then(() => answer({ id: -1, kind: 'lost' }));
  return { id, kind: 'opened' };
}

async function translate({ id, ...pixels }: Translate): Promise<Answer> {
  const image = imageOf(pixels);
  const [height, width] = paddedSize([image.height, image.width], info);
  const { input, output } = info;
  const condition = padImage(input.channels === 1 ? brightnessOf(image) : image, height, width);
  const results = await session.run({ [input.name]: tensorOf(condition) });
  const generated = imageFrom(results[output.name]!.data, width, height);
  return { id, kind: 'translated', data: rgbaOf(cropImage(generated, 0, 0, image.width, image.height)) };
}

function tensorOf(image: Image): object {
  const { width, height, channels, data } = image;
  return info.input.type === 'uint8'
    ? new runtime.Tensor('uint8', data, [1, height, width, channels])
    : new runtime.Tensor('float32', imageToPlanes(image), [1, channels, height, width]);
}

function imageFrom(data: Uint8Array | Float32Array, width: number, height: number): Image {
  const { channels } = info.output;
  if (data instanceof Float32Array) return planesToImage(data, width, height, channels) as Image;
  return { width, height, channels, data };
}

function firstLine(error: unknown): string {
  return String((error as Error)?.message ?? error).split('\n')[0]!;
}

function answer(message: Answer): void {
  postMessage(message, { transfer: message.kind === 'translated' ? [message.data.buffer] : [] });
}

/** ONNX Runtime runs one thing at a time. */
let queue: Promise<unknown> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  queue = queue
    .then(() => respond(data))
    .catch((error): Answer => {
      const code = error instanceof Pix2PixError ? error.code : 'runtime';
      const message =
        code === 'runtime' && data.kind === 'translate'
          ? `Cannot translate: ${firstLine(error)}`
          : firstLine(error);
      return { id: data.id, kind: 'failed', code, message };
    })
    .then(answer);
});

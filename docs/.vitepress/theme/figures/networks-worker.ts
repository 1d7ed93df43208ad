import { type Image, imageToTensor, tensorToImage } from '../../../../src/core/image.ts';
import { wasm } from '../../../../src/runtime/device.ts';
import { compileResident, type ResidentProgram, type Runtime } from '../../../../src/runtime/resident.ts';
import {
  gatedGenerator,
  gateName,
  judgingDiscriminator,
  levelsOf,
  readNetworks,
  type TrainedNetworks,
} from './networks.ts';

// Runs both networks of a model, on ONNX Runtime, outside of the page's thread.

/** What the page asks; answers come in the same order. */
export type Question =
  | { readonly kind: 'open'; readonly model: string; readonly runtime: string }
  /** @property gates a factor for the skip connection of each decoder block */
  | { readonly kind: 'generate'; readonly condition: Image; readonly gates: readonly number[] }
  | { readonly kind: 'judge'; readonly condition: Image; readonly image: Image };

export interface Opened {
  readonly levels: number;
}

export interface FeatureMaps {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** [height, width, channels]. */
  readonly data: Float32Array;
}

export interface Generated {
  readonly image: Image;
  /** By block: `down1` … and `up1` …. */
  readonly features: Readonly<Record<string, FeatureMaps>>;
}

/** Logits of a square of patches, row by row. */
export interface Judged {
  /** By moving averages, as in the generator's training steps. */
  readonly moving: Float32Array;
  /** By the statistics of this image, as in the discriminator's own. */
  readonly own: Float32Array;
}

export type Answer =
  | { readonly kind: 'done'; readonly result: Opened | Generated | Judged }
  | { readonly kind: 'failed'; readonly message: string };

interface Opening {
  readonly networks: TrainedNetworks;
  readonly runtime: Runtime;
}

let opening: Opening;
let generator: Promise<ResidentProgram> | undefined;
let discriminator: Promise<ResidentProgram> | undefined;

async function open(model: string, folder: string): Promise<Opened> {
  const response = await fetch(model);
  if (!response.ok) throw new Error(`Cannot load "${model}": the server answers ${response.status}`);
  const ort = await import(/* @vite-ignore */ `${folder}ort.wasm.min.mjs`);
  Object.assign(ort.env.wasm, { wasmPaths: folder, numThreads: 1 });
  ort.env.logLevel = 'error';
  const networks = readNetworks(new Uint8Array(await response.arrayBuffer()));
  opening = { networks, runtime: ort as Runtime };
  return { levels: levelsOf(networks.config) };
}

async function generate(condition: Image, gates: readonly number[]): Promise<Generated> {
  const { networks, runtime } = opening;
  const graph = gatedGenerator(networks.config);
  generator ??= compileResident(runtime, wasm, graph);
  const given = Object.fromEntries(gates.map((gate, i) => [gateName(i + 1), Float32Array.of(gate)]));
  const inputs = { ...networks.values, ...given, condition: imageToTensor(condition) };
  const { fake, ...results } = await (await generator).run(inputs);
  const features = Object.entries(results).map(([name, data]) => {
    const [, height, width, channels] = graph[name]!.shape as [number, number, number, number];
    return [name, { height, width, channels, data }] as const;
  });
  const image = tensorToImage(fake!, condition.width, condition.height);
  return { image, features: Object.fromEntries(features) };
}

async function judge(condition: Image, image: Image): Promise<Judged> {
  const { networks, runtime } = opening;
  discriminator ??= compileResident(runtime, wasm, judgingDiscriminator(networks.config));
  const inputs = { condition: imageToTensor(condition), image: imageToTensor(image) };
  const { moving, own } = await (await discriminator).run({ ...networks.values, ...inputs });
  return { moving: moving!, own: own! };
}

function respond(question: Question): Promise<Opened | Generated | Judged> {
  if (question.kind === 'open') return open(question.model, question.runtime);
  if (question.kind === 'generate') return generate(question.condition, question.gates);
  return judge(question.condition, question.image);
}

/** ONNX Runtime runs one thing at a time. */
let queue: Promise<unknown> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  queue = queue
    .then(() => respond(data))
    .then((result): Answer => ({ kind: 'done', result }))
    .catch((error: Error): Answer => ({ kind: 'failed', message: error.message }))
    .then(answer => postMessage(answer));
});

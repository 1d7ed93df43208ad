import type { Size } from '../core/sizes.ts';
import type { Connection } from './connection.ts';
import { Pix2PixError } from './errors.ts';
import { fittedSize } from './fit.ts';
import { nextFrame } from './frames.ts';
import type { ModelInfo } from './model-info.ts';
import { JobQueue } from './queue.ts';
import { drawInto, readSource, type Source, type Target } from './sources.ts';

export interface TranslateOptions {
  /** A canvas to draw the result on, over all of it. */
  readonly into?: Target;
  /** `fit` (default): resize the source to about the size of the training images, keeping its shape; `none`: don't. */
  readonly resize?: 'fit' | 'none';
  /** Whether a later translation that also is `latest` takes the place of this one while it waits. */
  readonly latest?: boolean;
  /** Rejects with its reason when it is aborted. */
  readonly signal?: AbortSignal;
}

/** A trained generator in a worker of its own; `await using` disposes of it at the end of a block. Its methods reject with a {@link Pix2PixError}, or a signal's reason. */
export interface Model extends AsyncDisposable {
  readonly info: ModelInfo;
  /** What computes. */
  readonly device: 'webgpu' | 'wasm';
  /** Threads of WebAssembly. */
  readonly threads: number;
  /** Translates a picture as it is now; null if it was drawn `into` a canvas, or if a later one took its place. */
  translate(source: Source, options?: TranslateOptions): Promise<ImageBitmap | null>;
  /** Like `translate`, but gives the pixels; also draws them `into` a canvas. Null if a later one took its place. */
  pixels(source: Source, options?: TranslateOptions & { readonly latest?: false }): Promise<ImageData>;
  pixels(source: Source, options?: TranslateOptions): Promise<ImageData | null>;
  /** Translates frame after frame of a video or canvas into a canvas, until `signal` is aborted. */
  run(source: HTMLVideoElement | HTMLCanvasElement, into: Target, signal?: AbortSignal): Promise<void>;
  /** Ends the worker. What is under way rejects with the code `disposed`. */
  dispose(): Promise<void>;
}

/** @param connection a worker that has opened the model */
export function createModel(
  connection: Connection,
  info: ModelInfo,
  { device, threads }: Pick<Model, 'device' | 'threads'>,
): Model {
  const queue = new JobQueue();
  const pixels = async (source: Source, options: TranslateOptions = {}): Promise<ImageData | null> => {
    const { into, resize = 'fit', latest, signal } = options;
    signal?.throwIfAborted();
    const sizeFor = (own: Size) => (resize === 'fit' ? fittedSize(own, info) : own);
    const read = await readSource(source, { sizeFor, nearest: info.nearest, signal });
    const { width, height } = read;
    // A copy, since the worker takes it away and the caller may change its own.
    const data = read.data.slice();
    const answer = await queue.add(
      () => connection.ask({ kind: 'translate', data, width, height }, [data.buffer]),
      { latest, signal },
    );
    if (answer?.kind !== 'translated') return null;
    const result = new ImageData(answer.data, width, height);
    if (into) await draw(result, into);
    return result;
  };
  const dispose = async () =>
    connection.close(new Pix2PixError('disposed', `Cannot translate: "${info.name}" was disposed of`));
  return {
    info,
    device,
    threads,
    pixels: pixels as Model['pixels'],
    translate: async (source, options) => {
      const result = await pixels(source, options);
      return result === null || options?.into ? null : createImageBitmap(result);
    },
    run: async (source, into, signal) => {
      while (await nextFrame(source, signal)) {
        try {
          await pixels(source, { into, ...(signal && { signal }) });
        } catch (error) {
          if (!signal?.aborted) throw error;
        }
      }
    },
    dispose,
    // Browsers without the symbol have no `await using`; compilers for them use this one.
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: dispose,
  };
}

async function draw(pixels: ImageData, into: Target): Promise<void> {
  const bitmap = await createImageBitmap(pixels);
  try {
    drawInto(into, bitmap);
  } finally {
    bitmap.close();
  }
}

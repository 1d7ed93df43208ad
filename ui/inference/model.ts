import type { Image } from '../../src/core/image.ts';

/** A trained generator, wherever it runs. */
export interface ImageModel {
  /** For people: `WebGPU`, `WebAssembly, 2 threads` or `the studio’s server`. */
  readonly backend: string;
  /** Translates an RGB image; the result has the same size. */
  translate(image: Image): Promise<Translated>;
  close(): void;
}

export interface Translated {
  readonly image: Image;
  /** Time until the result was there; on the server, without transport. */
  readonly milliseconds: number;
}

/** Where to find a model. */
export interface ModelSource {
  /** A `model.json` or an .onnx file. */
  readonly url: string;
  /** The URL that translates pictures if the browser can't; null if there is no server. */
  readonly translateUrl: string | null;
}
